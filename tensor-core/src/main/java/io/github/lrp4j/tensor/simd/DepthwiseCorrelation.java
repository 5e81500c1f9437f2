package io.github.lrp4j.tensor.simd;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorSpecies;

/**
 * Correlation in many small channel groups (depthwise, with a multiplier or its adjoint), without a matrix product: each
 * result is a sum of shifted, scaled input planes.
 *
 * <p>The padded planes of one group fit into the cache. Outputs are computed at the pitch of the padded rows, so that a
 * plane is one long vector loop whatever its width, and the few numbers between the rows are left out when copying.
 */
final class DepthwiseCorrelation implements Correlation {
    private static final VectorSpecies<Float> F = Species.F;
    private static final int L = F.length();

    /** Most results per group and input channel for which this beats a matrix product. */
    private static final int MOST_ROWS = 4;

    private final Filter filter;
    private final int groups;
    private final int groupStride;
    private final PatchLayout layout;
    private final Patches patches;

    /**
     * A correlation in {@code groups} groups.
     *
     * @param filter weights of the first group
     * @param groupStride distance from one group's weights to the next
     * @param layout of the padded planes of one group
     */
    DepthwiseCorrelation(Filter filter, int groups, int groupStride, PatchLayout layout) {
        this.filter = filter;
        this.groups = groups;
        this.groupStride = groupStride;
        this.layout = layout;
        patches = layout.patches();
    }

    /** Whether groups of {@code rows} results from {@code channels} inputs are better served here than by a product. */
    static boolean applies(int groups, int rows, int channels) {
        return groups > 1 && (rows == 1 || channels == 1 && rows <= MOST_ROWS);
    }

    @Override
    public void apply(Crew crew, Scratch lead, Volume x, float[] y, int yOffset) {
        int rows = filter.layout().rows();
        double flops = 2.0 * groups * rows * patches.rows() * patches.outputs();
        int ways = Math.min(groups, crew.waysToCompute(4 * flops));
        crew.run(ways, (part, scratch) -> {
            float[] planes = scratch.floats(Scratch.Use.INPUT, layout.size());
            float[] weights = scratch.floats(Scratch.Use.LEFT, rows * patches.rows());
            float[] sums = scratch.floats(Scratch.Use.OUTPUT, patches.height() * patches.rowPitch() + 4 * L);
            for (int g = groups * part / ways; g < groups * (part + 1) / ways; g++) {
                layout.fill(x.at(0, g * filter.layout().channels()), 0, filter.layout().channels(), planes);
                new Filter(filter.data(), filter.layout().shifted(g * groupStride)).copyRows(0, rows, weights);
                for (int r = 0; r < rows; r++) {
                    plane(planes, weights, r * patches.rows(), sums, y, yOffset + (g * rows + r) * patches.outputs());
                }
            }
        });
    }

    private void plane(float[] planes, float[] weights, int wo, float[] sums, float[] y, int yo) {
        int at = yo;
        int length = (patches.height() - 1) * patches.rowPitch() + patches.width();
        for (int d = 0; d < patches.depth(); d++) {
            sum(planes, d * patches.planePitch(), patches.taps(), weights, wo, sums, length);
            for (int h = 0; h < patches.height(); h++) {
                System.arraycopy(sums, h * patches.rowPitch(), y, at, patches.width());
                at += patches.width();
            }
        }
    }

    /** {@code sums[i] = sum_k weights[wo + k] x[origin + taps[k] + i]} for {@code i < length}, and some more. */
    private static void sum(float[] x, int origin, int[] taps, float[] weights, int wo, float[] sums, int length) {
        for (int i = 0; i < length; i += 4 * L) {
            FloatVector s0 = FloatVector.zero(F);
            FloatVector s1 = s0;
            FloatVector s2 = s0;
            FloatVector s3 = s0;
            for (int k = 0; k < taps.length; k++) {
                int at = origin + taps[k] + i;
                FloatVector w = FloatVector.broadcast(F, weights[wo + k]);
                s0 = w.fma(FloatVector.fromArray(F, x, at), s0);
                s1 = w.fma(FloatVector.fromArray(F, x, at + L), s1);
                s2 = w.fma(FloatVector.fromArray(F, x, at + 2 * L), s2);
                s3 = w.fma(FloatVector.fromArray(F, x, at + 3 * L), s3);
            }
            s0.intoArray(sums, i);
            s1.intoArray(sums, i + L);
            s2.intoArray(sums, i + 2 * L);
            s3.intoArray(sums, i + 3 * L);
        }
    }
}
