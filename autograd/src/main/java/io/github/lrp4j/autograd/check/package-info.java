/** Numeric checks of gradients. */
package io.github.lrp4j.autograd.check;
