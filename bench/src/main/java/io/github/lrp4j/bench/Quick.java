package io.github.lrp4j.bench;

import java.util.SplittableRandom;
import java.util.random.RandomGenerator;

/**
 * Uniform numbers of deviation 1 where normal ones are asked for: a tenth of the time for hundreds of millions of weights.
 *
 * @param random the source
 */
public record Quick(SplittableRandom random) implements RandomGenerator {
    @Override
    public long nextLong() {
        return random.nextLong();
    }

    @Override
    public double nextGaussian() {
        return (random.nextInt() >> 8) * (Math.sqrt(3) / (1 << 23));
    }
}
