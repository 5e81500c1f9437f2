package io.github.lrp4j.lrp;

import io.github.lrp4j.tensor.DType;
import io.github.lrp4j.tensor.Shape;
import io.github.lrp4j.tensor.Tensor;
import io.github.lrp4j.tensor.kernels.BinaryFn;
import io.github.lrp4j.tensor.kernels.Kernels;
import io.github.lrp4j.tensor.kernels.ReferenceKernels;

/**
 * Where relevance starts: from the output's values to relevance of the output's shape.
 *
 * <p>Classes are along the last dimension; every sample (each row of the others) gets its own start, never the union over
 * a batch.
 */
@FunctionalInterface
public interface Seed {
    /** The start relevance for this output. */
    Tensor start(Tensor output);

    /**
     * The same, computed with these kernels, so that a start that depends on the output's values can be recorded.
     *
     * @param output as those kernels have it
     */
    default Tensor start(Kernels kernels, Tensor output) {
        return start(output);
    }

    /** 1 at each sample's largest value. */
    static Seed top1() {
        return output -> {
            double[] values = output.toDoubleArray();
            int classes = classes(output.shape());
            int[] chosen = new int[values.length / classes];
            for (int row = 0; row < chosen.length; row++) {
                for (int c = 1; c < classes; c++) {
                    if (values[row * classes + c] > values[row * classes + chosen[row]]) {
                        chosen[row] = c;
                    }
                }
            }
            return oneHot(output, chosen);
        };
    }

    /** 1 at the given class: one for all samples, or one per sample. */
    static Seed target(int... classes) {
        int[] wanted = classes.clone();
        return output -> {
            int rows = (int) (output.elements() / classes(output.shape()));
            if (wanted.length != 1 && wanted.length != rows) {
                throw new IllegalArgumentException(
                        "seed: " + wanted.length + " target classes for " + rows + " samples of output "
                                + output.shape());
            }
            int[] chosen = new int[rows];
            for (int row = 0; row < rows; row++) {
                chosen[row] = wanted[wanted.length == 1 ? 0 : row];
            }
            return oneHot(output, chosen);
        };
    }

    /** This very relevance. */
    static Seed of(Tensor relevance) {
        return output -> {
            if (!relevance.shape().equals(output.shape())) {
                throw new IllegalArgumentException(
                        "seed: shapes differ, output " + output.shape() + ", relevance " + relevance.shape());
            }
            return relevance;
        };
    }

    /** This seed, times the value of the output (LXT starts at the logit's value). */
    default Seed timesOutput() {
        Seed factor = this;
        return new Seed() {
            @Override
            public Tensor start(Tensor output) {
                return start(new ReferenceKernels(), output);
            }

            @Override
            public Tensor start(Kernels kernels, Tensor output) {
                return kernels.binary(BinaryFn.MUL, factor.start(kernels, output), output);
            }
        };
    }

    private static int classes(Shape output) {
        if (output.rank() == 0 || output.size(-1) == 0) {
            throw new IllegalArgumentException("seed: output " + output + " has no classes along its last dimension");
        }
        return output.size(-1);
    }

    private static Tensor oneHot(Tensor output, int[] chosen) {
        int classes = classes(output.shape());
        double[] start = new double[output.shape().arrayLength()];
        for (int row = 0; row < chosen.length; row++) {
            if (chosen[row] < 0 || chosen[row] >= classes) {
                throw new IllegalArgumentException("seed: class " + chosen[row] + " of output " + output.shape());
            }
            start[row * classes + chosen[row]] = 1;
        }
        return Tensor.of(start, output.dtype() == DType.F64 ? DType.F64 : DType.F32, output.shape());
    }
}
