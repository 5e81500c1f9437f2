package io.github.lrp4j.autograd;

/**
 * A set of node ids that knows the rank of each: how many smaller ones it holds. A bit per id and a count per word, so that
 * a graph's nodes need no hash table.
 */
final class IdRanks {
    private final long[] words;
    private final int[] before;

    /** An empty set of ids from 0 to {@code last}. */
    IdRanks(int last) {
        words = new long[(last >> 6) + 1];
        before = new int[words.length];
    }

    /** Adds an id; whether it was new. */
    boolean add(int id) {
        long bit = 1L << id;
        boolean added = (words[id >> 6] & bit) == 0;
        words[id >> 6] |= bit;
        return added;
    }

    /** Counts, once all ids are there. */
    void count() {
        int sum = 0;
        for (int w = 0; w < words.length; w++) {
            before[w] = sum;
            sum += Long.bitCount(words[w]);
        }
    }

    /** Rank of an id, or -1 if it is not in the set. */
    int of(int id) {
        int word = id >> 6;
        long bit = 1L << id;
        if (word >= words.length || (words[word] & bit) == 0) {
            return -1;
        }
        return before[word] + Long.bitCount(words[word] & bit - 1);
    }
}
