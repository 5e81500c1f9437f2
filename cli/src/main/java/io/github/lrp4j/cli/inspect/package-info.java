/** The command {@code inspect}: a network's graph in the paper's terms. */
package io.github.lrp4j.cli.inspect;
