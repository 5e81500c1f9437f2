/** What every explanation should pass: it depends on the weights, adds up, and is the same when it is asked again. */
package io.github.lrp4j.evaluate.sanity;
