/** Relevance as pictures. */
package io.github.lrp4j.explain.picture;
