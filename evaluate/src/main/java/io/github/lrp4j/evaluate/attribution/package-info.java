/** Attributions to compare: propagation by any rule table, and what people would use instead; one a file. */
package io.github.lrp4j.evaluate.attribution;
