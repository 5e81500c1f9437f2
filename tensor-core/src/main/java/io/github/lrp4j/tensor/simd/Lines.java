package io.github.lrp4j.tensor.simd;

import io.github.lrp4j.tensor.Shape;

/**
 * A row-major array as lines along one dimension: element {@code i} of line {@code (o, c)} is at
 * {@code (o length + i) inner + c}.
 *
 * @param outer product of the sizes before the dimension
 * @param length size of the dimension
 * @param inner product of the sizes behind it
 */
record Lines(int outer, int length, int inner) {
    static Lines along(Shape shape, int dim) {
        int outer = 1;
        int inner = 1;
        for (int d = 0; d < shape.rank(); d++) {
            if (d < dim) {
                outer *= shape.size(d);
            } else if (d > dim) {
                inner *= shape.size(d);
            }
        }
        return new Lines(outer, shape.size(dim), inner);
    }
}
