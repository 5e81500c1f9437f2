package io.github.lrp4j.tensor.simd;

import io.github.lrp4j.tensor.Shape;
import io.github.lrp4j.tensor.Tensor;
import io.github.lrp4j.tensor.kernels.ConvSpec;
import java.util.ArrayList;
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

    /** A correlation that computes the outputs {@code first + i step} along each dimension. */
    private record Part(Window depth, Window height, Window width, int[] first, int[] step, Filter.Layout filter) {
        int outputs() {
            return depth.out() * height.out() * width.out();
        }

        boolean isWhole() {
            return step[0] == 1 && step[1] == 1 && step[2] == 1;
        }

        PatchLayout patches(int channels) {
            return new PatchLayout(channels, depth, height, width);
        }

        /** Copies this part of a plane of outputs to its places in a plane of {@code rows} x {@code columns} rows. */
        void interleave(float[] values, int from, float[] y, int plane, int rows, int columns) {
            int at = from;
            for (int d = 0; d < depth.out(); d++) {
                for (int h = 0; h < height.out(); h++) {
                    int row = plane + ((first[0] + d * step[0]) * rows + first[1] + h * step[1]) * columns + first[2];
                    for (int v = 0; v < width.out(); v++) {
                        y[row + v * step[2]] = values[at++];
                    }
                }
            }
        }
    }

    private final Crew crew;
    private final boolean winograd;

    Convolution(Crew crew, boolean winograd) {
        this.crew = crew;
        this.winograd = winograd;
    }

    /** The convolution; operands float32, any strides. */
    Tensor conv(Tensor x, Tensor w, ConvSpec spec) {
        Shape shape = spec.outputShape(x.shape(), w.shape());
        Window[] windows = windows(x.shape(), w.shape(), shape, spec);
        int[] strides = tapStrides(w);
        Filter.Layout filter =
                new Filter.Layout((int) w.offset(), w.size(0) / spec.groups(), w.size(1), windows[0].kernel(),
                        windows[1].kernel(), windows[2].kernel(), (int) w.stride(0), (int) w.stride(1), strides[0],
                        strides[1], strides[2]);
        Part whole = new Part(windows[0], windows[1], windows[2], new int[3], new int[] {1, 1, 1}, filter);
        return correlate(x, w, shape, spec.groups(), List.of(whole));
    }

    /** The adjoint to the input; operands float32, any strides. */
    Tensor inputAdjoint(Tensor g, Tensor w, Shape xShape, ConvSpec spec) {
        Shape shape = spec.outputShape(xShape, w.shape());
        if (!g.shape().equals(shape)) {
            throw new IllegalArgumentException(
                    "convInputAdjoint: the convolution of " + xShape + " with " + w.shape() + " gives "
                            + shape + ", the cotangent has " + g.shape());
        }
        Window[] windows = windows(xShape, w.shape(), shape, spec);
        int[] strides = tapStrides(w);
        List<Part> parts = new ArrayList<>();
        for (AdjointWindow d : AdjointWindow.of(windows[0])) {
            for (AdjointWindow h : AdjointWindow.of(windows[1])) {
                for (AdjointWindow v : AdjointWindow.of(windows[2])) {
                    int offset = (int) w.offset() + d.firstTap() * strides[0] + h.firstTap() * strides[1]
                            + v.firstTap() * strides[2];
                    Filter.Layout filter =
                            new Filter.Layout(offset, w.size(1), w.size(0) / spec.groups(), d.window().kernel(),
                                    h.window().kernel(), v.window().kernel(), (int) w.stride(1), (int) w.stride(0),
                                    d.tapStep() * strides[0], h.tapStep() * strides[1], v.tapStep() * strides[2]);
                    parts.add(new Part(d.window(), h.window(), v.window(), new int[] {d.first(), h.first(), v.first()},
                            new int[] {d.stride(), h.stride(), v.stride()}, filter));
                }
            }
        }
        return correlate(g, w, xShape, spec.groups(), parts);
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

    private static int[] tapStrides(Tensor w) {
        int[] strides = new int[3];
        for (int d = 2; d < w.rank(); d++) {
            strides[d + 3 - w.rank()] = (int) w.stride(d);
        }
        return strides;
    }

    private Tensor correlate(Tensor x, Tensor w, Shape shape, int groups, List<Part> parts) {
        float[] y = new float[shape.arrayLength()];
        if (y.length == 0 || x.elements() == 0 || w.elements() == 0 || parts.isEmpty()) {
            return Tensor.of(y, shape);
        }
        int samples = x.size(0);
        Volume images = Volume.of(x);
        int groupStride = w.size(0) / groups * (int) w.stride(0);
        Filter.Layout first = parts.getFirst().filter;
        boolean direct = DepthwiseCorrelation.applies(groups, first.rows(), first.channels());
        int pieces = direct ? 1 : groups;
        int channels = x.size(1) / pieces;
        int rows = shape.size(1) / pieces;
        Correlation[][] prepared = new Correlation[parts.size()][pieces];
        double flops = 0;
        for (int p = 0; p < parts.size(); p++) {
            Part part = parts.get(p);
            for (int g = 0; g < pieces; g++) {
                prepared[p][g] = direct
                        ? new DepthwiseCorrelation(new Filter(w.floats(), part.filter), groups, groupStride,
                                part.patches(first.channels()))
                        : prepare(part, part.filter.shifted(g * groupStride), w, images, samples);
            }
            flops += 2.0 * rows * part.filter.channels() * part.filter.taps() * part.outputs();
        }
        crew.forEach(samples * pieces, flops, (team, unit) -> team.lead(lead -> {
            Volume image = images.at(unit / pieces, unit % pieces * channels);
            for (int p = 0; p < prepared.length; p++) {
                apply(prepared[p][unit % pieces], parts.get(p), team, lead, image, shape, rows, unit * rows, y);
            }
        }));
        return Tensor.of(y, shape);
    }

    private Correlation prepare(Part part, Filter.Layout layout, Tensor w, Volume images, int samples) {
        Filter filter = new Filter(w.floats(), layout);
        boolean kept = w.storage().isDurable();
        if (winograd && WinogradCorrelation.applies(layout, part.depth, part.height, part.width, kept, samples)) {
            WinogradCorrelation.Weights weights =
                    w.derived(new TransformedWeights(layout, Tile.ROWS),
                            () -> WinogradCorrelation.transform(crew, filter));
            return new WinogradCorrelation(weights, part.height, part.width);
        }
        LeftPanels weights = w.derived(new PackedWeights(layout, Tile.ROWS), () -> filter.packed(crew));
        return new GemmCorrelation(weights, part.patches(layout.channels()), images);
    }

    /** Writes the outputs of {@code part} for one image to {@code rows} planes of y, from plane {@code plane} on. */
    private static void apply(Correlation correlation, Part part, Crew team, Scratch lead, Volume image, Shape shape,
            int rows,
            int plane, float[] y) {
        int height = shape.rank() >= 4 ? shape.size(-2) : 1;
        int width = shape.size(-1);
        int size = (shape.rank() == 5 ? shape.size(2) : 1) * height * width;
        if (part.isWhole()) {
            correlation.apply(team, lead, image, y, plane * size);
            return;
        }
        int outputs = part.outputs();
        float[] values = lead.floats(Scratch.Use.OUTPUT, rows * outputs);
        correlation.apply(team, lead, image, values, 0);
        int ways = Math.min(rows, team.waysToCopy((long) rows * outputs));
        team.each(ways, piece -> {
            for (int r = rows * piece / ways; r < rows * (piece + 1) / ways; r++) {
                part.interleave(values, r * outputs, y, (plane + r) * size, height, width);
            }
        });
    }
}
