package io.github.lrp4j.zoo.layer;

import io.github.lrp4j.autograd.Value;
import java.util.List;

/**
 * Zeros around {@code [N, C, H, W]} with which a convolution of this kernel and stride puts out {@code ceil(H / stride)}
 * rows: {@code p = max(0, (ceil(H / stride) - 1) stride + kernel - H)} rows, {@code floor(p / 2)} of them above and the
 * rest below, and columns likewise. TensorFlow's padding SAME, which depends on the size of the picture and is uneven
 * where p is odd.
 *
 * @param kernel of the convolution that follows, which itself pads nothing
 * @param stride of that convolution
 */
public record SamePad2d(int kernel, int stride) implements Layer {
    @Override
    public Value forward(Value x, Pass pass) {
        int rows = padding(x.shape().size(2));
        int columns = padding(x.shape().size(3));
        if (rows == 0 && columns == 0) {
            return x;
        }
        return x.pad(List.of(0, 0, rows / 2, columns / 2), List.of(0, 0, rows - rows / 2, columns - columns / 2), 0);
    }

    private int padding(int length) {
        return Math.max(0, (Math.ceilDiv(length, stride) - 1) * stride + kernel - length);
    }
}
