/**
 * Training: {@link io.github.lrp4j.zoo.train.Trainer} follows a {@link io.github.lrp4j.zoo.train.TrainingPlan}.
 */
package io.github.lrp4j.zoo.train;
