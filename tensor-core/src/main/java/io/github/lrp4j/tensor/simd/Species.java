package io.github.lrp4j.tensor.simd;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorShape;
import jdk.incubator.vector.VectorSpecies;

/**
 * The vector width of all SIMD kernels: the widest that the machine prefers, or {@code -Dlrp4j.vectorBits} (64, 128, 256
 * or 512) where that is given. Constant, so that the compiler sees one type of vector.
 */
final class Species {
    /** System property that overrides the width. */
    static final String BITS_PROPERTY = "lrp4j.vectorBits";

    /** Vectors of float32. */
    static final VectorSpecies<Float> F = VectorSpecies.of(float.class, shape());

    /** Vectors of int32 with as many lanes as {@link #F}. */
    static final VectorSpecies<Integer> I = VectorSpecies.of(int.class, F.vectorShape());

    private Species() {
    }

    private static VectorShape shape() {
        String bits = System.getProperty(BITS_PROPERTY);
        return switch (bits) {
            case null -> FloatVector.SPECIES_PREFERRED.vectorShape();
            case "64", "128", "256", "512" -> VectorShape.forBitSize(Integer.parseInt(bits));
            default -> throw new IllegalArgumentException(
                    BITS_PROPERTY + " is '" + bits + "', must be one of 64, 128, 256, 512");
        };
    }
}
