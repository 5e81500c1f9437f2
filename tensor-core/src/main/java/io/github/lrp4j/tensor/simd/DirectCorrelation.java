package io.github.lrp4j.tensor.simd;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorSpecies;

/**
 * Correlation with few results per channel group (depthwise, or back to the colours of an image), without a matrix
 * product, which would pack each input for little use: each result is a sum of shifted, scaled input planes.
 *
 * <p>Outputs are computed at the pitch of the padded rows, so that several rows are one long vector loop whatever their
 * width; the few numbers between the rows are left out when copying.
 */
final class DirectCorrelation implements Correlation {
    private static final VectorSpecies<Float> F = Species.F;
    private static final int L = F.length();

    /** Most results per group for which this beats a matrix product. */
    private static final int MOST_ROWS = 4;

    /** Outputs that are computed before they are copied. */
    private static final int STRIP = 2048;

    private final Filter filter;
    private final int groups;
    private final int groupStride;
    private final PatchLayout layout;
    private final Patches patches;
    private final Finish finish;

    /**
     * A correlation in {@code groups} groups.
     *
     * @param filter weights of the first group
     * @param groupStride distance from one group's weights to the next
     * @param layout of the padded planes of one group
     * @param finish of the results of all groups, may be null
     */
    DirectCorrelation(Filter filter, int groups, int groupStride, PatchLayout layout, Finish finish) {
        this.filter = filter;
        this.groups = groups;
        this.groupStride = groupStride;
        this.layout = layout;
        patches = layout.patches();
        this.finish = finish;
    }

    /** Whether groups of {@code rows} results are better served here than by a matrix product. */
    static boolean applies(int rows) {
        return rows <= MOST_ROWS;
    }

    @Override
    public void apply(Crew crew, Scratch lead, Volume x, float[] y, int yOffset) {
        int rows = filter.layout().rows();
        double flops = 2.0 * rows * patches.rows() * patches.outputs();
        int ways = Math.min(groups, crew.waysToCompute(4 * groups * flops));
        if (groups >= crew.threads()) {
            crew.run(ways, (part, scratch) -> {
                for (int g = groups * part / ways; g < groups * (part + 1) / ways; g++) {
                    float[] planes = scratch.floats(Scratch.Use.INPUT, layout.size());
                    layout.fill(x.at(0, g * filter.layout().channels()), 0, filter.layout().channels(), planes);
                    float[] weights = weights(g, scratch);
                    results(planes, weights, 0, patches.height(), scratch, g * rows, y,
                            yOffset + g * rows * patches.outputs());
                }
            });
            return;
        }
        int lineWays = Math.min(patches.height(), crew.waysToCompute(flops));
        for (int g = 0; g < groups; g++) {
            float[] planes = lead.floats(Scratch.Use.INPUT, layout.size());
            layout.fill(crew, x.at(0, g * filter.layout().channels()), planes);
            float[] weights = weights(g, lead);
            int first = g * rows;
            int at = yOffset + first * patches.outputs();
            crew.run(lineWays, (part, scratch) -> results(planes, weights, patches.height() * part / lineWays,
                    patches.height() * (part + 1) / lineWays, scratch, first, y, at));
        }
    }

    /** The weights of group {@code group}, {@code [rows, channels * taps]}. */
    private float[] weights(int group, Scratch scratch) {
        int rows = filter.layout().rows();
        float[] weights = scratch.floats(Scratch.Use.LEFT, rows * patches.rows());
        new Filter(filter.data(), filter.layout().shifted(group * groupStride)).copyRows(0, rows, weights);
        return weights;
    }

    /** The lines {@code from .. to - 1} of all results of a group, of which {@code first} is the first. */
    private void results(float[] planes, float[] weights, int from, int to, Scratch scratch, int first, float[] y,
            int yo) {
        int rows = filter.layout().rows();
        int pitch = patches.rowPitch();
        int lines = Math.clamp(STRIP / pitch, 1, Math.max(1, to - from));
        int size = lines * pitch + 4 * L;
        float[] sums = scratch.floats(Scratch.Use.OUTPUT, 3 * size);
        for (int d = 0; d < patches.depth(); d++) {
            for (int h = from; h < to; h += lines) {
                int count = Math.min(lines, to - h);
                int origin = d * patches.planePitch() + h * pitch;
                int length = (count - 1) * pitch + patches.width();
                int r = 0;
                while (r < rows) {
                    int together = rows - r >= 3 ? 3 : 1;
                    if (together == 3) {
                        sums3(planes, origin, patches.taps(), weights, r * patches.rows(), sums, size, length);
                    } else {
                        sums1(planes, origin, patches.taps(), weights, r * patches.rows(), sums, length);
                    }
                    for (int i = 0; i < together; i++) {
                        int at = yo + (r + i) * patches.outputs() + (d * patches.height() + h) * patches.width();
                        copyLines(sums, i * size, count, y, at);
                        if (finish != null) {
                            finish.line(y, at, count * patches.width(), first + r + i, 0);
                        }
                    }
                    r += together;
                }
            }
        }
    }

    private void copyLines(float[] sums, int from, int lines, float[] y, int to) {
        for (int h = 0; h < lines; h++) {
            System.arraycopy(sums, from + h * patches.rowPitch(), y, to + h * patches.width(), patches.width());
        }
    }

    /** {@code sums[i] = sum_k weights[wo + k] x[origin + taps[k] + i]} for {@code i < length}, and some more. */
    private static void sums1(float[] x, int origin, int[] taps, float[] weights, int wo, float[] sums, int length) {
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

    /** As {@link #sums1} for three results, whose weights are {@code taps.length} and whose sums {@code size} apart. */
    private static void sums3(float[] x, int origin, int[] taps, float[] weights, int wo, float[] sums, int size,
            int length) {
        int n = taps.length;
        for (int i = 0; i < length; i += 4 * L) {
            FloatVector a0 = FloatVector.zero(F);
            FloatVector a1 = a0;
            FloatVector a2 = a0;
            FloatVector a3 = a0;
            FloatVector b0 = a0;
            FloatVector b1 = a0;
            FloatVector b2 = a0;
            FloatVector b3 = a0;
            FloatVector c0 = a0;
            FloatVector c1 = a0;
            FloatVector c2 = a0;
            FloatVector c3 = a0;
            for (int k = 0; k < n; k++) {
                int at = origin + taps[k] + i;
                FloatVector x0 = FloatVector.fromArray(F, x, at);
                FloatVector x1 = FloatVector.fromArray(F, x, at + L);
                FloatVector x2 = FloatVector.fromArray(F, x, at + 2 * L);
                FloatVector x3 = FloatVector.fromArray(F, x, at + 3 * L);
                FloatVector a = FloatVector.broadcast(F, weights[wo + k]);
                FloatVector b = FloatVector.broadcast(F, weights[wo + n + k]);
                FloatVector c = FloatVector.broadcast(F, weights[wo + 2 * n + k]);
                a0 = a.fma(x0, a0);
                a1 = a.fma(x1, a1);
                a2 = a.fma(x2, a2);
                a3 = a.fma(x3, a3);
                b0 = b.fma(x0, b0);
                b1 = b.fma(x1, b1);
                b2 = b.fma(x2, b2);
                b3 = b.fma(x3, b3);
                c0 = c.fma(x0, c0);
                c1 = c.fma(x1, c1);
                c2 = c.fma(x2, c2);
                c3 = c.fma(x3, c3);
            }
            a0.intoArray(sums, i);
            a1.intoArray(sums, i + L);
            a2.intoArray(sums, i + 2 * L);
            a3.intoArray(sums, i + 3 * L);
            b0.intoArray(sums, size + i);
            b1.intoArray(sums, size + i + L);
            b2.intoArray(sums, size + i + 2 * L);
            b3.intoArray(sums, size + i + 3 * L);
            c0.intoArray(sums, 2 * size + i);
            c1.intoArray(sums, 2 * size + i + L);
            c2.intoArray(sums, 2 * size + i + 2 * L);
            c3.intoArray(sums, 2 * size + i + 3 * L);
        }
    }
}
