package io.github.lrp4j.cli.explain;

import io.github.lrp4j.explain.TextInput;

/**
 * A text to explain.
 *
 * @param name short name, for folders and titles
 * @param input the text
 */
record NamedText(String name, TextInput input) {
}
