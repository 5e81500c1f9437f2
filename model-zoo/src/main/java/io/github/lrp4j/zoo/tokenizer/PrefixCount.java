package io.github.lrp4j.zoo.tokenizer;

import java.util.Arrays;

/** {@code |{beginnings of all pieces}|}: the number of nodes of the tree of a vocabulary, each of which takes memory. */
final class PrefixCount {
    /** Some three times as many as the largest published vocabulary has; a node takes about 300 bytes. */
    static final int MOST = 6_000_000;

    private static final long SEED = 0xcbf29ce484222325L;
    private static final long FACTOR = 0x100000001b3L;

    /** Hashes of the beginnings, open addressing; 0 is free. */
    private long[] hashes = new long[1 << 12];
    private int count;

    /** Adds the beginnings of {@code piece}. */
    void add(byte[] piece) {
        long hash = SEED;
        for (byte b : piece) {
            hash = (hash ^ b) * FACTOR;
            insert(hash == 0 ? 1 : hash);
        }
    }

    private void insert(long hash) {
        if (2 * count > hashes.length) {
            long[] before = hashes;
            hashes = new long[2 * before.length];
            Arrays.stream(before).filter(old -> old != 0).forEach(old -> hashes[place(old)] = old);
        }
        int place = place(hash);
        if (hashes[place] == 0) {
            hashes[place] = hash;
            count++;
        }
    }

    private int place(long hash) {
        int place = (int) (hash ^ hash >>> 32) & hashes.length - 1;
        while (hashes[place] != 0 && hashes[place] != hash) {
            place = place + 1 & hashes.length - 1;
        }
        return place;
    }

    /** Whether there are more than {@link #MOST}. */
    boolean isFull() {
        return count > MOST;
    }
}
