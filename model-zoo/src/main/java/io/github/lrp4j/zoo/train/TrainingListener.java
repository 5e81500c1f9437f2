package io.github.lrp4j.zoo.train;

/** Is told how training proceeds, on the training thread. */
public interface TrainingListener {
    /** Listens to nothing. */
    TrainingListener NONE = new TrainingListener() {
    };

    /**
     * A step was made.
     *
     * @param epoch number of the epoch, from 1
     * @param step number of the step in its epoch, from 1
     * @param steps steps per epoch
     * @param loss loss of the step's batch
     */
    default void stepDone(int epoch, int step, int steps, double loss) {
    }

    /**
     * An epoch is over.
     *
     * @param epoch number of the epoch, from 1
     * @param loss mean loss of its batches
     * @param accuracy share of the test pictures that are classified rightly now
     */
    default void epochDone(int epoch, double loss, double accuracy) {
    }
}
