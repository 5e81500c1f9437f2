package io.github.lrp4j.bench;

import io.github.lrp4j.tensor.Tensor;
import java.util.List;

/** Whether a result is what the reference says: a bench of a wrong result measures nothing. */
final class Agreement {
    private Agreement() {
    }

    /**
     * Compares.
     *
     * @param tolerance largest norm of a difference, in units of the norm of what is expected
     * @throws IllegalStateException if shapes differ, or numbers by more
     */
    static void require(String what, List<Tensor> expected, List<Tensor> actual, double tolerance) {
        if (expected.size() != actual.size()) {
            throw new IllegalStateException(what + ": " + actual.size() + " results instead of " + expected.size());
        }
        for (int i = 0; i < expected.size(); i++) {
            require(what + ", result " + i, expected.get(i), actual.get(i), tolerance);
        }
    }

    private static void require(String what, Tensor expected, Tensor actual, double tolerance) {
        if (!expected.shape().equals(actual.shape())) {
            throw new IllegalStateException(what + ": shape " + actual.shape() + " instead of " + expected.shape());
        }
        double[] wanted = expected.toDoubleArray();
        double[] got = actual.toDoubleArray();
        double squares = 0;
        double differences = 0;
        for (int i = 0; i < wanted.length; i++) {
            squares += wanted[i] * wanted[i];
            differences += (got[i] - wanted[i]) * (got[i] - wanted[i]);
        }
        double difference = Math.sqrt(differences / squares);
        // Written so that a NaN is a difference, and a result of zeros is one too: it would say nothing.
        if (!(difference <= tolerance)) {
            throw new IllegalStateException(what + ": differs from the reference by " + difference + ", tolerance "
                    + tolerance + ", shape " + expected.shape());
        }
    }
}
