package io.github.lrp4j.tensor.simd;

import java.util.Arrays;

/**
 * Layout of a zero-padded copy of some channels in which every tap of a correlation reads contiguous numbers: along each
 * dimension, the inputs that are {@code stride} apart lie side by side: {@code [channels, phases..., extents...]}.
 */
final class PatchLayout {
    /** Numbers behind the copy that a vector may read beyond its end. */
    static final int SLACK = 2 * Tile.COLUMNS;

    private final int channels;
    private final Window depth;
    private final Window height;
    private final Window width;
    private final int[] depthPhases;
    private final int[] heightPhases;
    private final int[] widthPhases;
    private final int rowPitch;
    private final int planePitch;
    private final int phaseSize;
    private final int channelSize;

    PatchLayout(int channels, Window depth, Window height, Window width) {
        this.channels = channels;
        this.depth = depth;
        this.height = height;
        this.width = width;
        depthPhases = depth.phases();
        heightPhases = height.phases();
        widthPhases = width.phases();
        rowPitch = width.extent();
        planePitch = Math.multiplyExact(rowPitch, height.extent());
        phaseSize = Math.multiplyExact(planePitch, depth.extent());
        channelSize = Math.multiplyExact(phaseSize, depthPhases.length * heightPhases.length * widthPhases.length);
    }

    /** Length of the copy, slack included. */
    int size() {
        return Math.addExact(Math.multiplyExact(channels, channelSize), SLACK);
    }

    /** Length of one channel of the copy. */
    int channelSize() {
        return channelSize;
    }

    /** Number of rows: channels times taps. */
    int rows() {
        return channels * depth.kernel() * height.kernel() * width.kernel();
    }

    /** The patches of a copy, which begin at its first number. */
    Patches patches() {
        int[] taps = new int[rows()];
        int k = 0;
        for (int c = 0; c < channels; c++) {
            for (int i = 0; i < depth.kernel(); i++) {
                int phaseI = Window.rank(depthPhases, depth.phase(i)) * heightPhases.length;
                for (int j = 0; j < height.kernel(); j++) {
                    int phaseJ = (phaseI + Window.rank(heightPhases, height.phase(j))) * widthPhases.length;
                    for (int l = 0; l < width.kernel(); l++) {
                        int phase = phaseJ + Window.rank(widthPhases, width.phase(l));
                        taps[k++] = c * channelSize + phase * phaseSize + depth.shift(i) * planePitch
                                + height.shift(j) * rowPitch + width.shift(l);
                    }
                }
            }
        }
        return new Patches(taps, depth.out(), height.out(), width.out(), planePitch, rowPitch);
    }

    /** Whether {@code x} can be read as it lies: nothing is padded, and nothing is skipped along the width. */
    boolean readsInPlace(Volume x) {
        return depth.staysInside() && height.staysInside() && width.staysInside() && x.widthStride() == 1;
    }

    /** The patches of {@code x} as it lies, which begin at {@link #origin}. */
    Patches patchesOf(Volume x) {
        int[] taps = new int[rows()];
        int k = 0;
        for (int c = 0; c < channels; c++) {
            for (int i = 0; i < depth.kernel(); i++) {
                for (int j = 0; j < height.kernel(); j++) {
                    for (int l = 0; l < width.kernel(); l++) {
                        taps[k++] = c * x.channelStride() + i * depth.dilation() * x.depthStride()
                                + j * height.dilation() * x.heightStride() + l * width.dilation();
                    }
                }
            }
        }
        return new Patches(taps, depth.out(), height.out(), width.out(), x.depthStride(), x.heightStride());
    }

    /** Position of the first patch of {@code x} as it lies. */
    int origin(Volume x) {
        return x.offset() - depth.padding() * x.depthStride() - height.padding() * x.heightStride() - width.padding();
    }

    /** Copies {@code x} into {@code target} with as many threads as the work deserves. */
    void fill(Crew crew, Volume x, float[] target) {
        int ways = Math.min(channels, crew.waysToCopy((long) channels * channelSize));
        crew.each(ways, part -> fill(x, channels * part / ways, channels * (part + 1) / ways, target));
    }

    /** Copies the channels {@code from .. to - 1} of {@code x} into {@code target}. */
    void fill(Volume x, int from, int to, float[] target) {
        for (int c = from; c < to; c++) {
            int phase = c * channelSize;
            int limit = phase + channelSize;
            for (int a : depthPhases) {
                for (int b : heightPhases) {
                    for (int l : widthPhases) {
                        fillPhase(x, x.offset() + c * x.channelStride(), a, b, l, target, phase, limit);
                        phase += phaseSize;
                    }
                }
            }
        }
    }

    private void fillPhase(Volume x, int channel, int a, int b, int l, float[] target, int phase, int limit) {
        int extent = width.extent();
        int first = Math.clamp(ceil(width.padding() - l, width.stride()), 0, extent);
        int end = Math.clamp(ceil(width.in() + width.padding() - l, width.stride()), first, extent);
        int column = (first * width.stride() + l - width.padding()) * x.widthStride();
        int at = phase;
        for (int i = 0; i < depth.extent(); i++) {
            int d = i * depth.stride() + a - depth.padding();
            for (int j = 0; j < height.extent(); j++) {
                int h = j * height.stride() + b - height.padding();
                if (d < 0 || d >= depth.in() || h < 0 || h >= height.in() || first == end) {
                    Arrays.fill(target, at, at + extent, 0f);
                } else {
                    Arrays.fill(target, at, at + first, 0f);
                    StridedCopy.gather(x.data(), channel + d * x.depthStride() + h * x.heightStride() + column,
                            width.stride() * x.widthStride(), target, at + first, end - first, limit);
                    Arrays.fill(target, at + end, at + extent, 0f);
                }
                at += rowPitch;
            }
        }
    }

    private static int ceil(int a, int b) {
        return -Math.floorDiv(-a, b);
    }
}
