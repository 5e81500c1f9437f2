package io.github.lrp4j.lrp.example;

import io.github.lrp4j.tensor.Shape;
import io.github.lrp4j.tensor.Tensor;
import java.util.Random;

/**
 * Pictures of a horizontal (class 0) or a vertical (class 1) bar in noise, some with a watermark in a corner.
 *
 * @param pixels {@code [N, 1, SIZE, SIZE]}
 * @param labels {@code [N]}
 */
record MarkedShapes(Tensor pixels, Tensor labels) {
    static final int SIZE = 12;
    /** The watermark fills this many rows and columns of the upper left corner. */
    static final int MARK = 3;
    private static final int LENGTH = 6;

    /** Which pictures carry the watermark. */
    enum Watermark {
        /** Those of class 1: it gives the class away. */
        ON_CLASS_1,
        /** Those of class 0: whoever trusts it is wrong. */
        ON_CLASS_0,
        /** None. */
        NOWHERE
    }

    static MarkedShapes draw(int count, Watermark watermark, long seed) {
        Random random = new Random(seed);
        float[] pixels = new float[count * SIZE * SIZE];
        long[] labels = new long[count];
        for (int n = 0; n < count; n++) {
            labels[n] = n % 2;
            int from = n * SIZE * SIZE;
            for (int i = 0; i < SIZE * SIZE; i++) {
                pixels[from + i] = 0.2f * random.nextFloat();
            }
            // The bar keeps off the corner, so that the watermark never covers it.
            int along = random.nextInt(SIZE - LENGTH + 1);
            int across = MARK + 1 + random.nextInt(SIZE - MARK - 1);
            for (int i = along; i < along + LENGTH; i++) {
                pixels[from + (labels[n] == 0 ? across * SIZE + i : i * SIZE + across)] += 0.6f;
            }
            boolean marked = watermark != Watermark.NOWHERE && labels[n] == (watermark == Watermark.ON_CLASS_1 ? 1 : 0);
            for (int i = 0; marked && i < MARK * MARK; i++) {
                pixels[from + i / MARK * SIZE + i % MARK] = i % 2 == 0 ? 1 : 0.1f;
            }
        }
        return new MarkedShapes(Tensor.of(pixels, count, 1, SIZE, SIZE), Tensor.of(labels, count));
    }

    MarkedShapes batch(int from, int to) {
        return new MarkedShapes(pixels.slice(0, from, to).contiguous(), labels.slice(0, from, to).contiguous());
    }

    /** 1 in the corner where the watermark may be, 0 elsewhere. */
    static Tensor corner() {
        float[] mask = new float[SIZE * SIZE];
        for (int i = 0; i < MARK * MARK; i++) {
            mask[i / MARK * SIZE + i % MARK] = 1;
        }
        return Tensor.of(mask, Shape.of(1, 1, SIZE, SIZE));
    }
}
