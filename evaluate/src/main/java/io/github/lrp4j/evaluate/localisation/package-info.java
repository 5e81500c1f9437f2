/** Whether relevance lies on the object, where masks or boxes say where that is. */
package io.github.lrp4j.evaluate.localisation;
