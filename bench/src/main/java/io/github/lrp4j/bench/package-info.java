/** JMH benches, one per family of kernels and one for whole explanations. */
package io.github.lrp4j.bench;
