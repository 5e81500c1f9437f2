package io.github.lrp4j.bench.compare;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/**
 * Two processes that take turns, so that what disturbs one disturbs the other.
 *
 * @param ours this side
 * @param theirs the other
 * @param rounds turns of each
 */
record Turns(Side ours, Side theirs, int rounds) {
    /** Seconds that a side computes before the other has its turn. */
    private static final double TURN = 0.4;

    /** Median seconds of both sides. */
    record Medians(double ours, double theirs) {
        /** Our speed in units of theirs. */
        double speed() {
            return theirs / ours;
        }
    }

    /** The two sides at these orders. */
    Medians compare(String order, String peerOrder) throws IOException {
        ours.ask(order);
        theirs.ask(peerOrder);
        int ourCount = ours.warm(TURN);
        int theirCount = theirs.warm(TURN);
        List<Double> first = new ArrayList<>();
        List<Double> second = new ArrayList<>();
        for (int round = 0; round < rounds; round++) {
            first.addAll(ours.run(ourCount));
            second.addAll(theirs.run(theirCount));
        }
        return new Medians(median(first), median(second));
    }

    /** Median seconds of our side alone. */
    double alone(String order) throws IOException {
        ours.ask(order);
        int count = ours.warm(TURN);
        List<Double> seconds = new ArrayList<>();
        for (int round = 0; round < rounds; round++) {
            seconds.addAll(ours.run(count));
        }
        return median(seconds);
    }

    private static double median(List<Double> seconds) {
        List<Double> sorted = seconds.stream().sorted().toList();
        int middle = sorted.size() / 2;
        return sorted.size() % 2 == 1 ? sorted.get(middle) : (sorted.get(middle - 1) + sorted.get(middle)) / 2;
    }
}
