package io.github.lrp4j.tensor.simd;

import io.github.lrp4j.tensor.Shape;
import io.github.lrp4j.tensor.Tensor;
import io.github.lrp4j.tensor.kernels.ConvSpec;
import io.github.lrp4j.tensor.kernels.Epilogue;
import java.util.List;

/**
 * Convolution and its adjoint to the input, as {@link Correlation}s of single images and channel groups.
 *
 * <p>The adjoint of a strided convolution splits into one correlation of stride 1 per remainder of the input position
 * modulo the stride ({@link AdjointWindow}); their results interleave. Images and groups run one per thread where there
 * are enough of them, else one after the other on all threads.
 */
final class Convolution {
    /** Key of packed weights in {@link Tensor#derived}. */
    private record PackedWeights(Filter.Layout layout, int tileRows) {
    }

    /** Key of weights transformed for {@link WinogradCorrelation} in {@link Tensor#derived}. */
    private record TransformedWeights(Filter.Layout layout, int tileRows) {
    }

    private final Crew crew;
    private final Buffers buffers;
    private final boolean winograd;

    Convolution(Crew crew, Buffers buffers, boolean winograd) {
        this.crew = crew;
        this.buffers = buffers;
        this.winograd = winograd;
    }

    /** The convolution and what follows it; operands float32, any strides; those of the epilogue contiguous. */
    Tensor conv(Tensor x, Tensor w, ConvSpec spec, Epilogue epilogue) {
        Shape shape = spec.outputShape(x.shape(), w.shape());
        epilogue.require("fusedConv", shape, 1);
        Window[] windows = windows(x.shape(), w.shape(), shape, spec);
        Filter.Layout weights = Filter.Layout.of(w, spec.groups());
        return correlate(x, w, shape, spec.groups(), List.of(ConvolutionPart.whole(windows, weights)),
                Finish.of(epilogue, true));
    }

    /** The adjoint to the input and what follows it; operands float32, any strides; those of the epilogue contiguous, no bias. */
    Tensor inputAdjoint(Tensor g, Tensor w, Shape xShape, ConvSpec spec, Epilogue epilogue) {
        Shape shape = spec.outputShape(xShape, w.shape());
        if (!g.shape().equals(shape)) {
            throw new IllegalArgumentException("convInputAdjoint: the convolution of " + xShape + " with " + w.shape()
                    + " gives " + shape + ", the cotangent has " + g.shape());
        }
        epilogue.require("fusedConvInputAdjoint", xShape, 1);
        Window[] windows = windows(xShape, w.shape(), shape, spec);
        Filter.Layout weights = Filter.Layout.of(w, spec.groups()).exchanged();
        List<ConvolutionPart> parts = ConvolutionPart.adjoint(windows, weights);
        Finish finish = Finish.of(epilogue, true);
        boolean atOnce = parts.size() == 1 && parts.getFirst().isWhole();
        Tensor result = correlate(g, w, xShape, spec.groups(), parts, atOnce ? finish : null);
        if (finish != null && !atOnce) {
            finish(finish, result.floats());
        }
        return result;
    }

    /** A finish without bias, of a result that is complete. */
    private void finish(Finish finish, float[] y) {
        int ways = crew.waysToCopy(y.length);
        crew.each(ways, part -> {
            int from = (int) ((long) y.length * part / ways);
            finish.line(y, from, (int) ((long) y.length * (part + 1) / ways) - from, 0, 0);
        });
    }

    /** Depth, height and width; dimensions that are not there have one input, one tap and one output. */
    static Window[] windows(Shape x, Shape w, Shape y, ConvSpec spec) {
        Window[] windows = {Window.NONE, Window.NONE, Window.NONE};
        int lead = 3 - spec.spatial();
        for (int d = 0; d < spec.spatial(); d++) {
            windows[lead + d] = new Window(x.size(d + 2), w.size(d + 2), spec.stride().get(d), spec.dilation().get(d),
                    spec.padding().get(d), y.size(d + 2));
        }
        return windows;
    }

    private Tensor correlate(Tensor x, Tensor w, Shape shape, int groups, List<ConvolutionPart> parts,
            Finish finish) {
        boolean overwrites = parts.size() == 1 && parts.getFirst().isWhole() && w.elements() > 0 && x.elements() > 0;
        float[] y = overwrites ? buffers.take(shape.arrayLength()) : buffers.zeros(shape.arrayLength());
        if (y.length == 0 || x.elements() == 0 || w.elements() == 0 || parts.isEmpty()) {
            return Buffers.result(y, shape);
        }
        int samples = x.size(0);
        Volume images = Volume.of(x);
        boolean direct = DirectCorrelation.applies(parts.getFirst().filter().rows());
        int pieces = direct ? 1 : groups;
        int channels = x.size(1) / pieces;
        int planes = shape.size(1) / pieces;
        int groupStride = w.size(0) / groups * (int) w.stride(0);
        Correlation[][] prepared = new Correlation[parts.size()][pieces];
        double flops = 0;
        for (int p = 0; p < parts.size(); p++) {
            ConvolutionPart part = parts.get(p);
            for (int g = 0; g < pieces; g++) {
                prepared[p][g] = direct
                        ? new DirectCorrelation(new Filter(w.floats(), part.filter()), groups, groupStride,
                                part.patches(), finish)
                        : prepare(part, part.filter().shifted(g * groupStride), w, images, samples,
                                finish == null ? null : finish.from(g * planes));
            }
            flops += part.flops() * groups / pieces;
        }
        int height = shape.rank() >= 4 ? shape.size(-2) : 1;
        int width = shape.size(-1);
        int plane = (shape.rank() == 5 ? shape.size(2) : 1) * height * width;
        crew.forEach(samples * pieces, flops, (team, unit) -> team.lead(lead -> {
            Volume image = images.at(unit / pieces, unit % pieces * channels);
            int to = unit * planes * plane;
            for (int p = 0; p < prepared.length; p++) {
                Correlation correlation = prepared[p][unit % pieces];
                if (parts.get(p).isWhole()) {
                    correlation.apply(team, lead, image, y, to);
                } else {
                    interleave(team, lead, correlation, parts.get(p), groups / pieces, image, y, to, plane, height,
                            width);
                }
            }
        }));
        return Buffers.result(y, shape);
    }

    private Correlation prepare(ConvolutionPart part, Filter.Layout layout, Tensor w, Volume images, int samples,
            Finish finish) {
        boolean kept = w.storage().isDurable();
        if (winograd && WinogradCorrelation.applies(layout, part.depth(), part.height(), part.width(), kept, samples)) {
            WinogradCorrelation.Weights weights = w.derived(new TransformedWeights(layout, Tile.ROWS),
                    () -> WinogradCorrelation.transform(crew, new Filter(w.floatsOnce(), layout)));
            return new WinogradCorrelation(weights, part.height(), part.width(), finish);
        }
        LeftPanels weights = w.derived(new PackedWeights(layout, Tile.ROWS),
                () -> new Filter(w.floatsOnce(), layout).packed(crew));
        return new GemmCorrelation(weights, part.patches(), images, finish);
    }

    private static void interleave(Crew team, Scratch lead, Correlation correlation, ConvolutionPart part, int groups,
            Volume image, float[] y, int to, int plane, int height, int width) {
        int rows = part.filter().rows() * groups;
        float[] values = lead.floats(Scratch.Use.OUTPUT, rows * part.outputs());
        correlation.apply(team, lead, image, values, 0);
        int ways = Math.min(rows, team.waysToCopy((long) rows * part.outputs()));
        team.each(ways, piece -> {
            for (int r = rows * piece / ways; r < rows * (piece + 1) / ways; r++) {
                part.interleave(values, r, y, to, plane, height, width);
            }
        });
    }
}
