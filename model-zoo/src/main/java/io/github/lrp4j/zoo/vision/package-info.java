/**
 * Architectures: shapes are configurations, names and keys are torchvision's; see {@link
 * io.github.lrp4j.zoo.vision.VisionModels} for the named ones.
 */
package io.github.lrp4j.zoo.vision;
