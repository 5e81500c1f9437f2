package io.github.lrp4j.tensor.simd;

import io.github.lrp4j.tensor.Tensor;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorMask;
import jdk.incubator.vector.VectorSpecies;

/**
 * Adjoint to the weight of a convolution in many small groups: each weight is the product, summed over all outputs, of a
 * cotangent plane with a shifted input plane.
 */
final class DepthwiseWeightAdjoint {
    private static final VectorSpecies<Float> F = Species.F;
    private static final int L = F.length();

    /** Most results per group and input channel for which this beats a matrix product. */
    private static final int MOST_ROWS = 4;

    private final PatchLayout layout;
    private final Patches patches;
    private final int groups;
    private final int rows;
    private final VectorMask<Float> tail;

    /**
     * For {@code groups} groups of {@code rows} results.
     *
     * @param layout of the padded planes of one group
     */
    DepthwiseWeightAdjoint(PatchLayout layout, int groups, int rows) {
        this.layout = layout;
        this.groups = groups;
        this.rows = rows;
        patches = layout.patches();
        tail = F.indexInRange(0, (patches.width() - 1) % L + 1);
    }

    /** Whether groups of {@code rows} results from {@code channels} inputs are better served here than by a product. */
    static boolean applies(int groups, int rows, int channels) {
        return groups > 1 && (rows == 1 || channels == 1 && rows <= MOST_ROWS);
    }

    /** Adds up the contributions of all images in {@code dw}, {@code [groups * rows, channels * taps]}, zeros before. */
    void apply(Crew crew, int samples, Tensor g, Tensor x, float[] dw) {
        Volume cotangents = Volume.of(g.stride(-1) == 1 || g.size(-1) == 1 ? g : g.contiguous());
        Volume images = Volume.of(x);
        int channels = x.size(1) / groups;
        int ways = Math.min(groups, crew.waysToCompute(8.0 * dw.length * patches.outputs() * samples));
        crew.run(ways, (part, scratch) -> {
            float[] planes = scratch.floats(Scratch.Use.INPUT, layout.size());
            for (int group = groups * part / ways; group < groups * (part + 1) / ways; group++) {
                for (int n = 0; n < samples; n++) {
                    layout.fill(images.at(n, group * channels), 0, channels, planes);
                    for (int r = group * rows; r < (group + 1) * rows; r++) {
                        addProducts(cotangents.at(n, r), planes, dw, r * patches.rows());
                    }
                }
            }
        });
    }

    private void addProducts(Volume g, float[] planes, float[] dw, int at) {
        int[] taps = patches.taps();
        int k = 0;
        for (; k + 4 <= taps.length; k += 4) {
            addProducts4(g, planes, taps, k, dw, at);
        }
        for (; k < taps.length; k++) {
            FloatVector sum = FloatVector.zero(F);
            for (int d = 0; d < patches.depth(); d++) {
                for (int h = 0; h < patches.height(); h++) {
                    int go = g.offset() + d * g.depthStride() + h * g.heightStride();
                    int xo = taps[k] + d * patches.planePitch() + h * patches.rowPitch();
                    int i = 0;
                    for (; i < patches.width() - L; i += L) {
                        sum = FloatVector.fromArray(F, g.data(), go + i).fma(FloatVector.fromArray(F, planes, xo + i),
                                sum);
                    }
                    sum = FloatVector.fromArray(F, g.data(), go + i, tail)
                            .fma(FloatVector.fromArray(F, planes, xo + i, tail), sum);
                }
            }
            dw[at + k] += (float) VectorMath.sum(sum);
        }
    }

    private void addProducts4(Volume cotangent, float[] planes, int[] taps, int k, float[] dw, int at) {
        float[] g = cotangent.data();
        int width = patches.width();
        int height = patches.height();
        int t0 = taps[k];
        int t1 = taps[k + 1];
        int t2 = taps[k + 2];
        int t3 = taps[k + 3];
        FloatVector s0 = FloatVector.zero(F);
        FloatVector s1 = s0;
        FloatVector s2 = s0;
        FloatVector s3 = s0;
        for (int row = 0; row < patches.depth() * height; row++) {
            int go = cotangent.offset() + row / height * cotangent.depthStride()
                    + row % height * cotangent.heightStride();
            int xo = row / height * patches.planePitch() + row % height * patches.rowPitch();
            int i = 0;
            for (; i < width - L; i += L) {
                FloatVector gi = FloatVector.fromArray(F, g, go + i);
                s0 = gi.fma(FloatVector.fromArray(F, planes, t0 + xo + i), s0);
                s1 = gi.fma(FloatVector.fromArray(F, planes, t1 + xo + i), s1);
                s2 = gi.fma(FloatVector.fromArray(F, planes, t2 + xo + i), s2);
                s3 = gi.fma(FloatVector.fromArray(F, planes, t3 + xo + i), s3);
            }
            FloatVector gi = FloatVector.fromArray(F, g, go + i, tail);
            s0 = gi.fma(FloatVector.fromArray(F, planes, t0 + xo + i, tail), s0);
            s1 = gi.fma(FloatVector.fromArray(F, planes, t1 + xo + i, tail), s1);
            s2 = gi.fma(FloatVector.fromArray(F, planes, t2 + xo + i, tail), s2);
            s3 = gi.fma(FloatVector.fromArray(F, planes, t3 + xo + i, tail), s3);
        }
        dw[at + k] += (float) VectorMath.sum(s0);
        dw[at + k + 1] += (float) VectorMath.sum(s1);
        dw[at + k + 2] += (float) VectorMath.sum(s2);
        dw[at + k + 3] += (float) VectorMath.sum(s3);
    }
}
