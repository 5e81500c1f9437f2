/** Optimisers and learning rates. */
package io.github.lrp4j.autograd.optim;
