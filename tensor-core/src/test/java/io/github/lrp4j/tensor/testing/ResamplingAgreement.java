package io.github.lrp4j.tensor.testing;

import io.github.lrp4j.tensor.Shape;
import io.github.lrp4j.tensor.Tensor;
import io.github.lrp4j.tensor.kernels.Resampling;
import io.github.lrp4j.tensor.kernels.Resampling.Mode;
import java.util.List;

/** Cases of resampling and its adjoint. */
final class ResamplingAgreement {
    private ResamplingAgreement() {
    }

    static void run(Comparison comparison) {
        for (Mode mode : Mode.values()) {
            for (boolean align : new boolean[] {false, true}) {
                if (align && mode == Mode.NEAREST) {
                    continue;
                }
                for (int size : new int[] {1, 2, 7, 16, 17, 33}) {
                    both(comparison, Shape.of(2, 3, 5, size), Resampling.to(mode, align, List.of(7, 9)));
                    both(comparison, Shape.of(1, 2, 4, 6), Resampling.to(mode, align, List.of(3, size)));
                }
                both(comparison, Shape.of(2, 3, 17), Resampling.to(mode, align, List.of(5)));
                both(comparison, Shape.of(1, 2, 3, 4, 5), Resampling.to(mode, align, List.of(4, 2, 7)));
                Shape shape = Shape.of(1, 2, 5, 7);
                both(comparison, shape, Resampling.by(mode, align, List.of(2.0, 1.7), shape));
                both(comparison, shape, Resampling.by(mode, align, List.of(0.6, 0.3), shape));
                both(comparison, Shape.of(0, 2, 3), Resampling.to(mode, align, List.of(5)));
            }
        }
        Tensor x = TestTensors.normal(3, 2, 3, 4);
        Resampling spec = Resampling.to(Mode.LINEAR, false, List.of(5, 5));
        comparison.checkRefusal("interpolate", IllegalArgumentException.class, List.of(x.shape()),
                (k, t) -> k.interpolate(t[0], spec), x);
        comparison.checkRefusal("interpolateAdjoint", IllegalArgumentException.class,
                List.of(x.shape(), Shape.of(1, 1, 5, 5)),
                (k, t) -> k.interpolateAdjoint(t[0], Shape.of(1, 1, 2, 2), spec), x);
    }

    private static void both(Comparison comparison, Shape shape, Resampling spec) {
        comparison.check("interpolate " + spec, Tolerance.ofMax(16), (k, t) -> k.interpolate(t[0], spec),
                TestTensors.normal(1, shape));
        comparison.check("interpolateAdjoint to " + shape + " " + spec, Tolerance.ofMax(64),
                (k, t) -> k.interpolateAdjoint(t[0], shape, spec), TestTensors.normal(2, spec.outputShape(shape)));
    }
}
