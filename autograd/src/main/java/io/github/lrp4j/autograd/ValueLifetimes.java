package io.github.lrp4j.autograd;

import java.util.function.IntFunction;
import java.util.stream.IntStream;

/**
 * How long values that a reverse pass recovers have to live, for one structure of graph and one choice of what its steps
 * read. Holds no numbers and no nodes.
 *
 * <p>The pass goes from the outputs down. A value is read by the steps of its consumers, by replays of its consumers, which
 * happen no later than their steps, and by its own node's step; so it goes when its first consumer has been passed, or its
 * own node if that reads its output. What only the replay of a single consumer reads goes with that replay.
 */
public final class ValueLifetimes {
    private final int[] lastRead;
    private final boolean[] transients;
    private final int[] releaseOrder;

    private ValueLifetimes(int[] lastRead, boolean[] transients, int[] releaseOrder) {
        this.lastRead = lastRead;
        this.transients = transients;
        this.releaseOrder = releaseOrder;
    }

    /**
     * The lifetimes for a graph.
     *
     * @param reads per node index, which of its operands and outputs its step reads
     */
    public static ValueLifetimes of(Graph graph, IntFunction<Keeps> reads) {
        return of(graph, reads, index -> IntStream.empty());
    }

    /**
     * The lifetimes for a graph whose steps read values of other nodes than their neighbours too.
     *
     * @param reads per node index, which of its operands and outputs its step reads
     * @param others per node index, the further nodes whose outputs its step reads
     */
    public static ValueLifetimes of(Graph graph, IntFunction<Keeps> reads, IntFunction<IntStream> others) {
        int n = graph.size();
        int[] lastRead = new int[n];
        boolean[] transients = new boolean[n];
        for (int c = 0; c < n; c++) {
            int operands = graph.node(c).operands().size();
            for (int i = 0; i < operands; i++) {
                int producer = graph.producer(c, i);
                // Consumers come in ascending order, so that the first one to be met is the last one to be passed.
                if (producer >= 0 && lastRead[producer] == producer) {
                    lastRead[producer] = c;
                    transients[producer] = graph.useCount(producer) == 1;
                }
            }
            Keeps read = reads.apply(c);
            for (int i : read.operands()) {
                if (graph.producer(c, i) >= 0) {
                    transients[graph.producer(c, i)] = false;
                }
            }
            lastRead[c] = c;
        }
        for (int c = 0; c < n; c++) {
            if (reads.apply(c).outputs()) {
                lastRead[c] = c;
                transients[c] = false;
            }
        }
        for (int c = 0; c < n; c++) {
            int step = c;
            others.apply(c).forEach(read -> {
                lastRead[read] = Math.min(lastRead[read], step);
                transients[read] = false;
            });
        }
        return new ValueLifetimes(lastRead, transients, descending(lastRead));
    }

    /** Node indices by last reader, the highest first: a counting sort. */
    private static int[] descending(int[] lastRead) {
        int n = lastRead.length;
        int[] next = new int[n + 1];
        for (int step : lastRead) {
            next[n - 1 - step + 1]++;
        }
        for (int s = 0; s < n; s++) {
            next[s + 1] += next[s];
        }
        int[] order = new int[n];
        for (int i = 0; i < n; i++) {
            order[next[n - 1 - lastRead[i]]++] = i;
        }
        return order;
    }

    /** The last step, that is the lowest index, at which the value of the node at {@code index} is read. */
    public int lastRead(int index) {
        return lastRead[index];
    }

    /** Whether only the replay of its single consumer reads the value. */
    public boolean isTransient(int index) {
        return transients[index];
    }

    /** The node that comes {@code position}-th when nodes are ordered by {@link #lastRead}, the highest first. */
    int released(int position) {
        return releaseOrder[position];
    }

    int size() {
        return lastRead.length;
    }
}
