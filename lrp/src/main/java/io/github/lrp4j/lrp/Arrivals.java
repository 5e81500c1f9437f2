package io.github.lrp4j.lrp;

import java.util.Arrays;

/** What was sent to each node of a graph, and how deep the way there is: {@link CompensatedSum}s in columns. */
final class Arrivals {
    private final double[] sums;
    private final CompensatedSum[] many;
    private final int[] count;
    private final int[] depth;

    Arrivals(int nodes) {
        sums = new double[nodes];
        many = new CompensatedSum[nodes];
        count = new int[nodes];
        depth = new int[nodes];
        Arrays.fill(depth, -1);
    }

    /** Another contribution to a node. */
    void add(int index, double amount, int atDepth) {
        count[index]++;
        depth[index] = Math.max(depth[index], atDepth);
        if (count[index] == 1) {
            sums[index] = amount;
            return;
        }
        if (many[index] == null) {
            many[index] = new CompensatedSum().add(sums[index]);
        }
        sums[index] = many[index].add(amount).value();
    }

    /** The contributions, added up. */
    double sum(int index) {
        return sums[index];
    }

    /** Part of what arrived is accounted for. */
    void take(int index, double amount) {
        sums[index] -= amount;
    }

    /** How many there were. */
    int count(int index) {
        return count[index];
    }

    /** Longest way from a start, in nodes. */
    int depth(int index) {
        return depth[index];
    }
}
