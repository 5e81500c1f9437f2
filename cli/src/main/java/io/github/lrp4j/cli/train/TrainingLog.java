package io.github.lrp4j.cli.train;

import io.github.lrp4j.zoo.train.TrainingPlan;
import java.util.List;

/**
 * A training run as JSON.
 *
 * @param lrp4j version of lrp4j
 * @param network name of the network
 * @param parameters number of trained numbers
 * @param data directory of the data
 * @param trainingPictures pictures to learn from
 * @param testPictures pictures to measure with
 * @param kernels what computed
 * @param threads number of threads; another number may give slightly other weights
 * @param plan how it was trained
 * @param epochs what was measured after each epoch
 * @param testAccuracy share of the test pictures that the result classifies rightly
 * @param seconds duration of it all
 */
record TrainingLog(String lrp4j, String network, long parameters, String data, int trainingPictures, int testPictures,
        String kernels,
        int threads, TrainingPlan plan, List<Epoch> epochs, double testAccuracy, double seconds) {
    /**
     * One pass over the training pictures.
     *
     * @param epoch its number, from 1
     * @param loss mean loss of its batches
     * @param accuracy share of the test pictures that are classified rightly after it
     * @param seconds its duration, the measurement included
     */
    record Epoch(int epoch, double loss, double accuracy, double seconds) {
    }
}
