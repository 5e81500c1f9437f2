/** First values of weights. */
package io.github.lrp4j.autograd.init;
