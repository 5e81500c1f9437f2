package io.github.lrp4j.lrp.rule;

import io.github.lrp4j.tensor.Tensor;
import io.github.lrp4j.tensor.kernels.Kernels;

/**
 * What keeps a denominator z away from zero: {@code z + eps sign z} with {@code sign 0 = +1}, or a plain {@code z + eps}.
 *
 * <p>DynamicLRP takes 1e-11 with sign, Zennit 1e-6 with sign, LXT plain 1e-6 and 1e-8. In float32, 1e-11 acts only where
 * z is zero.
 *
 * @param epsilon in units of z
 * @param signed whether it follows the sign of z
 */
public record Stabilizer(double epsilon, boolean signed) {
    /** {@code z + eps sign z}. */
    public static Stabilizer signed(double epsilon) {
        return new Stabilizer(epsilon, true);
    }

    /** {@code z + eps}. */
    public static Stabilizer plain(double epsilon) {
        return new Stabilizer(epsilon, false);
    }

    /** This stabiliser times a factor. */
    Stabilizer times(double factor) {
        return factor == 1 ? this : new Stabilizer(epsilon * factor, signed);
    }

    /** {@code r / stabilised z}. */
    Tensor quotient(Kernels kernels, Tensor r, Tensor z) {
        return quotient(kernels, 1, r, z);
    }

    /** {@code weight r / stabilised z}. */
    Tensor quotient(Kernels kernels, double weight, Tensor r, Tensor z) {
        if (weight != 1) {
            return kernels.weightedQuotient(weight, r, z, epsilon, signed);
        }
        if (signed) {
            return kernels.stabilizedQuotient(r, z, epsilon);
        }
        return kernels.shiftedQuotient(r, z, epsilon);
    }
}
