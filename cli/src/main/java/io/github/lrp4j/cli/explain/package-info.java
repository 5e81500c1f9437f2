/** The command {@code explain}: what made a network say what it said about a picture. */
package io.github.lrp4j.cli.explain;
