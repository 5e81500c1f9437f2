package io.github.lrp4j.bench;

import io.github.lrp4j.tensor.Shape;
import io.github.lrp4j.tensor.Tensor;
import io.github.lrp4j.tensor.kernels.Resampling;
import java.util.List;
import org.openjdk.jmh.annotations.Param;

/** Pictures and feature maps at another size, and the adjoint. */
public class ResamplingBench extends KernelBench {
    /** Resizings: channels, from and to pixels along a side. */
    public enum Size {
        /** In the caches. */
        SMALL(4, 7, 14),
        /** A photograph to a network's input. */
        PICTURE(3, 512, 224),
        /** A feature map doubled, as in a decoder. */
        FEATURES(256, 28, 56);

        final int channels;
        final int from;
        final int to;

        Size(int channels, int from, int to) {
            this.channels = channels;
            this.from = from;
            this.to = to;
        }
    }

    /** Directions. */
    public enum Pass {
        /** The resampling. */
        FORWARD,
        /** Its adjoint. */
        ADJOINT
    }

    /** The sizes. */
    @Param
    public Size size;

    /** Which cells, with which weights. */
    @Param
    public Resampling.Mode mode;

    /** The direction. */
    @Param
    public Pass pass;

    @Override
    public String toString() {
        return "interpolate " + mode + " " + pass + " " + size;
    }

    @Override
    Work draw(Numbers numbers) {
        Resampling spec = Resampling.to(mode, false, List.of(size.to, size.to));
        Shape shape = Shape.of(1, size.channels, size.from, size.from);
        Tensor x = numbers.normal(shape.toArray());
        Tensor g = numbers.normal(1, size.channels, size.to, size.to);
        double both = (double) x.elements() + g.elements();
        return pass == Pass.FORWARD
                ? Work.moving(both, kernels -> kernels.interpolate(x, spec))
                : Work.moving(both, kernels -> kernels.interpolateAdjoint(g, shape, spec));
    }
}
