/** The command {@code train}: makes the network that comes with lrp4j. */
package io.github.lrp4j.cli.train;
