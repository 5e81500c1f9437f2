/** The command {@code evaluate}: how faithful explanations of a model are on the user's data. */
package io.github.lrp4j.cli.evaluate;
