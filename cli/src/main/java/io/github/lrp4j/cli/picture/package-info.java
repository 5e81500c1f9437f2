/** Relevance as pictures. */
package io.github.lrp4j.cli.picture;
