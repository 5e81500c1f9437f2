/** What a picture, or a part of it, is replaced by where its content shall be missing. */
package io.github.lrp4j.evaluate.baseline;
