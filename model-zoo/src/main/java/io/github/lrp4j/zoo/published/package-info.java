/** Published models: from the files of a directory or a hub to a model, by {@code config.json} and the keys of the weights. */
package io.github.lrp4j.zoo.published;
