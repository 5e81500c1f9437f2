/**
 * Picture files and their way into a network: {@link io.github.lrp4j.zoo.image.ImageFile}, then {@link
 * io.github.lrp4j.zoo.image.ImagePreprocessing}.
 */
package io.github.lrp4j.zoo.image;
