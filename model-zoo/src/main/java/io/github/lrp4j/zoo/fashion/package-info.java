/**
 * The network that comes with this library, and how to train it again.
 */
package io.github.lrp4j.zoo.fashion;
