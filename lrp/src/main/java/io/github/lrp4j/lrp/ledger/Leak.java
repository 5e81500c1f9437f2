package io.github.lrp4j.lrp.ledger;

import io.github.lrp4j.lrp.ConservationLedger.Entry;
import io.github.lrp4j.lrp.Sink;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.PriorityQueue;

/**
 * A node at which relevance does not go on.
 *
 * @param entry the node's books
 * @param sink the sink that took most
 * @param amount what that sink took; negative where it was created
 * @param magnitude sum of the magnitudes of what all of its sinks took
 * @param relative {@code magnitude} over what arrived; infinite where nothing arrived
 */
public record Leak(Entry entry, Sink sink, double amount, double magnitude, double relative) {
    // A node whose relevance is not finite is the worst there can be.
    private static final Comparator<Leak> LARGEST_FIRST = Comparator
            .comparingDouble((Leak leak) -> Double.isNaN(leak.magnitude) ? Double.POSITIVE_INFINITY : leak.magnitude)
            .reversed().thenComparingInt(leak -> leak.entry.index());

    /** The {@code count} entries that leak most, the largest first; entries that leak nothing are not among them. */
    public static List<Leak> worst(List<Entry> entries, int count) {
        if (count < 0) {
            throw new IllegalArgumentException("worst: count must not be negative, got " + count);
        }
        PriorityQueue<Leak> kept = new PriorityQueue<>(LARGEST_FIRST.reversed());
        for (Entry entry : entries) {
            if (!entry.sinks().isEmpty()) {
                kept.add(of(entry));
                if (kept.size() > count) {
                    kept.poll();
                }
            }
        }
        List<Leak> worst = new ArrayList<>(kept);
        worst.sort(LARGEST_FIRST);
        return worst;
    }

    private static Leak of(Entry entry) {
        double magnitude = 0;
        Map.Entry<Sink, Double> largest = null;
        for (Map.Entry<Sink, Double> taken : entry.sinks().entrySet()) {
            magnitude += Math.abs(taken.getValue());
            if (largest == null || !(Math.abs(taken.getValue()) <= Math.abs(largest.getValue()))) {
                largest = taken;
            }
        }
        return new Leak(entry, largest.getKey(), largest.getValue(), magnitude, magnitude / Math.abs(entry.in()));
    }
}
