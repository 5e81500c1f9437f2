/**
 * Data sets to train and measure with.
 */
package io.github.lrp4j.zoo.data;
