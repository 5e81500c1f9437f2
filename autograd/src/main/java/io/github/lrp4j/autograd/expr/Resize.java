package io.github.lrp4j.autograd.expr;

import io.github.lrp4j.autograd.Value;
import io.github.lrp4j.autograd.op.Interpolate;
import io.github.lrp4j.tensor.kernels.Resampling;
import java.util.Arrays;

/** Images {@code [N, C, in...]} of 1 to 3 spatial dimensions at other sizes. */
public final class Resize {
    private Resize() {
    }

    /** To these sizes, one per spatial dimension. */
    public static Value to(Value x, Resampling.Mode mode, boolean alignCorners, int... size) {
        Resampling spec = Resampling.to(mode, alignCorners, Arrays.stream(size).boxed().toList());
        return x.tape().apply(new Interpolate(spec), x);
    }

    /** By these factors, one per spatial dimension: sizes are rounded down, places in the input follow from the factors. */
    public static Value by(Value x, Resampling.Mode mode, boolean alignCorners, double... factors) {
        Resampling spec = Resampling.by(mode, alignCorners, Arrays.stream(factors).boxed().toList(), x.shape());
        return x.tape().apply(new Interpolate(spec), x);
    }
}
