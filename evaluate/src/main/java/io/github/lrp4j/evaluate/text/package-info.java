/**
 * How faithful explanations of texts are: whether the most relevant tokens are those that an extracted answer begins and ends
 * with, and what becomes of a score when tokens disappear in the order of their relevance.
 */
package io.github.lrp4j.evaluate.text;
