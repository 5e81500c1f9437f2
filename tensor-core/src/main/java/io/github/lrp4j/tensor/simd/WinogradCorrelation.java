package io.github.lrp4j.tensor.simd;

import io.github.lrp4j.tensor.HeapSized;

/**
 * 3 x 3 correlation of stride 1 by Winograd's minimal filtering F(4x4, 3x3): 36 multiplications per channel and tile of 16
 * outputs instead of 144.
 *
 * <p>Each 6 x 6 tile of the input and each filter are transformed; for each of the 36 elements a matrix product over the
 * channels remains; its result is transformed back. The input is copied with its rows and columns split modulo 4, so that
 * neighbouring tiles are neighbouring numbers.
 *
 * <p>Rounding: the error relative to the largest result is 1e-6 to 3e-6 where the direct sum has 3e-7 to 1e-6, because
 * terms of the transforms cancel. An infinite or NaN input spreads over its tile of 4 x 4 outputs and its neighbours, not
 * only over the outputs it belongs to.
 */
final class WinogradCorrelation implements Correlation {
    /** Smallest output that has enough tiles. */
    private static final int LEAST_SIZE = 28;

    /** Fewest channels, in and out, that repay the transforms. */
    private static final int LEAST_CHANNELS = 64;

    /** Fewest outputs of all images that repay the transform of weights that are not kept. */
    private static final long LEAST_OUTPUTS = 4096;

    /** Tiles that are processed together, a multiple of every panel: more share one pass over the weights, fewer fit the cache. */
    private static final int CHUNK = 64;

    /**
     * Transformed weights: 36 matrices {@code [rows, channels]} as {@link LeftPanels}, one after the other.
     *
     * @param data the numbers
     */
    record Weights(float[] data, int rows, int channels) implements HeapSized {
        @Override
        public long heapBytes() {
            return 4L * data.length;
        }

        /** Element {@code point} of the transformed weights. */
        LeftPanels panels(int point) {
            return new LeftPanels(data, point * rows * channels, rows, channels);
        }
    }

    /** Numbers between the results for one element and the next's, lest all 36 compete for one set of the cache. */
    private static final int APART = 2 * Tile.LANES;

    private final Weights weights;
    private final PatchLayout layout;
    private final Patches tiles;
    private final int height;
    private final int width;
    private final int count;
    private final Finish finish;

    /** A correlation; finish may be null. */
    WinogradCorrelation(Weights weights, Window height, Window width, Finish finish) {
        this.weights = weights;
        this.finish = finish;
        this.height = height.out();
        this.width = width.out();
        layout = new PatchLayout(weights.channels, Window.NONE, tiles(height), tiles(width));
        tiles = layout.patches();
        count = tiles.outputs();
    }

    private static Window tiles(Window window) {
        int tiles = (window.out() + WinogradTransforms.TILE - 1) / WinogradTransforms.TILE;
        return new Window(window.in(), 6, WinogradTransforms.TILE, 1, window.padding(), tiles);
    }

    /** Whether this is faster than the direct sum: 3 x 3 taps, large images, many channels. */
    static boolean applies(Filter.Layout filter, Window depth, Window height, Window width, boolean kept, int samples) {
        return depth.kernel() == 1 && depth.out() == 1 && depth.staysInside() && isPlain(height) && isPlain(width)
                && Math.min(filter.rows(), filter.channels()) >= LEAST_CHANNELS
                && (kept || (long) samples * height.out() * width.out() >= LEAST_OUTPUTS);
    }

    private static boolean isPlain(Window window) {
        return window.kernel() == 3 && window.stride() == 1 && window.dilation() == 1 && window.out() >= LEAST_SIZE;
    }

    /** The transformed weights. */
    static Weights transform(Crew crew, Filter filter) {
        Filter.Layout layout = filter.layout();
        int rows = layout.rows();
        int channels = layout.channels();
        Weights result = new Weights(
                new float[Math.multiplyExact(WinogradTransforms.POINTS, Math.multiplyExact(rows, channels))], rows,
                channels);
        LeftPanels panels = result.panels(0);
        int ways = Math.min(panels.count(), crew.waysToCopy((long) rows * channels * WinogradTransforms.POINTS));
        crew.each(ways, part -> {
            for (int p = panels.count() * part / ways; p < panels.count() * (part + 1) / ways; p++) {
                int first = panels.start(p);
                int lines = panels.start(p + 1) - first;
                for (int r = 0; r < lines; r++) {
                    for (int c = 0; c < channels; c++) {
                        int from = layout.offset() + (first + r) * layout.rowStride() + c * layout.channelStride();
                        WinogradTransforms.weights(filter.data(), from, layout.heightStride(), layout.widthStride(),
                                result.data,
                                first * channels + c * lines + r, rows * channels);
                    }
                }
            }
        });
        return result;
    }

    @Override
    public void apply(Crew crew, Scratch lead, Volume x, float[] y, int yOffset) {
        float[] padded = lead.floats(Scratch.Use.INPUT, layout.size());
        layout.fill(crew, x, padded);
        double flops = 2.0 * WinogradTransforms.POINTS * weights.rows * weights.channels * count;
        int ways = crew.waysToCompute(flops);
        if (count >= 4 * ways * CHUNK) {
            crew.run(ways, (part, scratch) -> {
                for (int first = from(part, ways); first < from(part + 1, ways); first += CHUNK) {
                    new Chunk(first, Math.min(CHUNK, from(part + 1, ways) - first), padded, scratch).apply(y, yOffset);
                }
            });
            return;
        }
        for (int first = 0; first < count; first += CHUNK) {
            Chunk chunk = new Chunk(first, Math.min(CHUNK, count - first), padded, lead);
            crew.run(ways, (part, scratch) -> chunk.transformInput(part, ways, scratch));
            crew.run(ways, (part, scratch) -> chunk.multiply(part, ways, scratch));
            crew.run(ways, (part, scratch) -> chunk.transformOutput(part, ways, y, yOffset, scratch));
        }
    }

    private int from(int part, int ways) {
        return part == ways ? count : (int) ((long) Tile.panels(count) * part / ways) * Tile.COLUMNS;
    }

    /** Some consecutive tiles, their transformed inputs and products. */
    private final class Chunk {
        private final int first;
        private final int size;
        private final int panels;
        private final int inputStep;
        private final int productStep;
        private final float[] padded;
        private final float[] inputs;
        private final float[] products;
        private final Scratch scratch;

        Chunk(int first, int size, float[] padded, Scratch scratch) {
            this.first = first;
            this.size = size;
            this.padded = padded;
            this.scratch = scratch;
            panels = Tile.panels(size);
            inputStep = panels * Tile.COLUMNS * weights.channels + APART;
            productStep = panels * Tile.COLUMNS * weights.rows + APART;
            inputs = scratch.floats(Scratch.Use.TRANSFORMED, WinogradTransforms.POINTS * inputStep);
            products = scratch.floats(Scratch.Use.PRODUCTS, WinogradTransforms.POINTS * productStep + Tile.COLUMNS);
        }

        void apply(float[] y, int yOffset) {
            transformInput(0, 1, scratch);
            multiply(0, 1, scratch);
            transformOutput(0, 1, y, yOffset, scratch);
        }

        /** A part of the channels: {@code inputs[point, panel, channel, lane]}. */
        void transformInput(int part, int ways, Scratch own) {
            int channels = weights.channels;
            float[] buffer = own.floats(Scratch.Use.TILE, WinogradTransforms.POINTS * Tile.LANES);
            Patches.Runs runs = own.panel(0).runs;
            for (int panel = 0; panel < panels; panel++) {
                tiles.runs(first + panel * Tile.COLUMNS, Math.min(Tile.COLUMNS, size - panel * Tile.COLUMNS), runs);
                for (int c = channels * part / ways; c < channels * (part + 1) / ways; c++) {
                    int to = (panel * channels + c) * Tile.COLUMNS;
                    for (int r = 0; r < runs.count; r++) {
                        for (int at = runs.at[r]; at < runs.at[r + 1]; at += Tile.LANES) {
                            WinogradTransforms.input(padded, runs.from[r] + at - runs.at[r], tiles.taps(),
                                    c * WinogradTransforms.POINTS, inputs, to + at, inputStep, Tile.COLUMNS - at,
                                    buffer);
                        }
                    }
                }
            }
        }

        /** A part of the 36 products, or of one of them: {@code products[point, row, tile]}. */
        void multiply(int part, int ways, Scratch own) {
            int perPoint = LeftPanels.count(weights.rows);
            int from = WinogradTransforms.POINTS * perPoint * part / ways;
            int to = WinogradTransforms.POINTS * perPoint * (part + 1) / ways;
            int pitch = panels * Tile.COLUMNS;
            for (int point = from / perPoint; point * perPoint < to; point++) {
                RightPanels right =
                        new RightPanels.Packed(inputs, point * inputStep, weights.channels, size);
                PanelGemm.block(weights.panels(point), Math.max(0, from - point * perPoint),
                        Math.min(perPoint, to - point * perPoint), right, 0, panels,
                        Target.rows(products, point * productStep, pitch), false, own);
            }
        }

        /** A part of the results. */
        void transformOutput(int part, int ways, float[] y, int yOffset, Scratch own) {
            int rows = weights.rows;
            int pitch = panels * Tile.COLUMNS;
            float[] buffer = own.floats(Scratch.Use.TILE, (6 + 4) * 4 * Tile.LANES);
            for (int r = rows * part / ways; r < rows * (part + 1) / ways; r++) {
                int plane = yOffset + r * height * width;
                int at = 0;
                while (at < size) {
                    int row = (first + at) / tiles.width();
                    int column = first + at - row * tiles.width();
                    int lanes = Math.min(Tile.LANES, Math.min(tiles.width() - column, size - at));
                    store(r * pitch + at, productStep, lanes, row, column, r, y, plane, buffer);
                    at += lanes;
                }
            }
        }

        /** Transforms {@code lanes} tiles of one row of tiles back. */
        private void store(int from, int step, int lanes, int tileRow, int tileColumn, int row, float[] y, int plane,
                float[] buffer) {
            int h = tileRow * WinogradTransforms.TILE;
            int w = tileColumn * WinogradTransforms.TILE;
            int lines = Math.min(WinogradTransforms.TILE, height - h);
            int length = Math.min(lanes * WinogradTransforms.TILE, width - w);
            int to = plane + h * width + w;
            if (lines == WinogradTransforms.TILE && length == WinogradTransforms.TILE * Tile.LANES) {
                WinogradTransforms.output(products, from, step, y, to, width, buffer);
            } else {
                int spare = 24 * Tile.LANES;
                WinogradTransforms.output(products, from, step, buffer, spare, 4 * Tile.LANES, buffer);
                for (int i = 0; i < lines; i++) {
                    System.arraycopy(buffer, spare + i * 4 * Tile.LANES, y, to + i * width, length);
                }
            }
            for (int i = 0; finish != null && i < lines; i++) {
                finish.line(y, to + i * width, length, row, 0);
            }
        }
    }
}
