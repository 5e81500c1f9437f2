package io.github.lrp4j.tensor.simd;

import io.github.lrp4j.tensor.Shape;
import io.github.lrp4j.tensor.Tensor;
import io.github.lrp4j.tensor.kernels.ConvSpec;

/**
 * Adjoint of a convolution to its weight: {@code dw[r, (c, i)] = sum over images and outputs o of g[r, o] x[c, o stride +
 * i dilation - padding]}: per image and group, the cotangent times the transposed patches ({@link PatchLines}).
 *
 * <p>Many images are divided into a fixed number of runs, each with a sum of its own, that are shared out over the threads;
 * the sums are then added in order. Otherwise each thread computes a part of the weights from all images.
 */
final class WeightAdjoint {
    /** Number of partial sums over the images: the same for any number of threads, so that results are. */
    private static final int SUMS = 8;

    /** Most numbers in all partial sums together: 16 megabytes. */
    private static final long PARTIAL_SUMS = 1 << 22;

    private final Crew crew;

    WeightAdjoint(Crew crew) {
        this.crew = crew;
    }

    /** The adjoint; operands float32, any strides. */
    Tensor weightAdjoint(Tensor g, Tensor x, Shape wShape, ConvSpec spec) {
        Shape shape = spec.outputShape(x.shape(), wShape);
        if (!g.shape().equals(shape)) {
            throw new IllegalArgumentException("convWeightAdjoint: the convolution of " + x.shape() + " with " + wShape
                    + " gives " + shape + ", the cotangent has " + g.shape());
        }
        float[] dw = new float[wShape.arrayLength()];
        if (dw.length > 0 && g.elements() > 0) {
            Window[] windows = Convolution.windows(x.shape(), wShape, shape, spec);
            PatchLayout layout = new PatchLayout(wShape.size(1), windows[0], windows[1], windows[2]);
            int rows = wShape.size(0) / spec.groups();
            int samples = x.size(0);
            if (DepthwiseWeightAdjoint.applies(spec.groups(), rows, wShape.size(1))) {
                new DepthwiseWeightAdjoint(layout, spec.groups(), rows).apply(crew, samples, g, x, dw);
            } else {
                sum(new OneImage(layout, g, x, spec.groups(), rows, wShape.size(1)), samples, dw);
            }
        }
        return Tensor.of(dw, wShape);
    }

    private void sum(OneImage image, int samples, float[] dw) {
        int parts = Math.min(samples, SUMS);
        if (parts < SUMS || (long) parts * dw.length > PARTIAL_SUMS) {
            crew.lead(lead -> {
                for (int n = 0; n < samples; n++) {
                    image.apply(crew, lead, n, dw, n > 0);
                }
            });
            return;
        }
        float[][] sums = new float[parts][];
        crew.forEachAlone(parts, (alone, part) -> alone.lead(lead -> {
            sums[part] = part == 0 ? dw : new float[dw.length];
            int from = samples * part / parts;
            for (int n = from; n < samples * (part + 1) / parts; n++) {
                image.apply(alone, lead, n, sums[part], n > from);
            }
        }));
        for (int p = 1; p < parts; p++) {
            MatrixVector.addScaled(sums[p], 0, 1f, dw, 0, dw.length);
        }
    }

    /** What one image contributes. */
    private static final class OneImage {
        private final PatchLayout layout;
        private final Volume cotangents;
        private final int cotangentStep;
        private final Volume images;
        private final int groups;
        private final int rows;
        private final int channels;
        private final boolean inPlace;
        private final Patches patches;

        OneImage(PatchLayout layout, Tensor g, Tensor x, int groups, int rows, int channels) {
            this.layout = layout;
            this.groups = groups;
            this.rows = rows;
            this.channels = channels;
            images = Volume.of(x);
            inPlace = layout.readsInPlace(images);
            patches = inPlace ? layout.patchesOf(images) : layout.patches();
            int step = Volume.of(g).planeStep(patches.depth(), patches.height(), patches.width());
            cotangents = Volume.of(step < 0 ? g.contiguous() : g);
            cotangentStep = step < 0 ? 1 : step;
        }

        void apply(Crew crew, Scratch lead, int sample, float[] dw, boolean add) {
            for (int group = 0; group < groups; group++) {
                Volume x = images.at(sample, group * channels);
                float[] inputs = x.data();
                int origin = 0;
                if (inPlace) {
                    origin = layout.origin(x);
                } else {
                    inputs = lead.floats(Scratch.Use.INPUT, layout.size());
                    layout.fill(crew, x, inputs);
                }
                Volume g = cotangents.at(sample, group * rows);
                Matrix cotangent =
                        new Matrix(g.data(), g.offset(), rows, patches.outputs(), g.channelStride(), cotangentStep);
                LeftPanels left =
                        LeftPanels.into(crew, cotangent, lead.floats(Scratch.Use.LEFT, rows * patches.outputs()));
                PanelGemm.multiply(crew, left, new PatchLines(patches, inputs, origin),
                        Target.rows(dw, group * rows * patches.rows(), patches.rows()), add);
            }
        }
    }
}
