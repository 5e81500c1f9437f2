/** lrp4j beside PyTorch: the same work in two processes that take turns. */
package io.github.lrp4j.bench.compare;
