/**
 * Perturbation curves: cells of pictures are replaced in the order of their relevance, and the classifier is asked
 * again and again (Samek et al. 2017, arXiv 1509.06321; DeYoung et al. 2020, arXiv 1911.03429).
 *
 * <p>A {@link io.github.lrp4j.evaluate.perturbation.Perturbation} is the protocol; it gives a
 * {@link io.github.lrp4j.evaluate.perturbation.PictureCurves} for each picture, and
 * {@link io.github.lrp4j.evaluate.perturbation.Faithfulness} sums up as many of those as there are.
 */
package io.github.lrp4j.evaluate.perturbation;
