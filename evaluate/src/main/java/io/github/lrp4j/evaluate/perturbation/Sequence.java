package io.github.lrp4j.evaluate.perturbation;

import io.github.lrp4j.tensor.Tensor;
import java.util.ArrayList;
import java.util.List;

/** One picture on its way to its replacement. */
final class Sequence {
    private final Perturbation protocol;
    private final double[] picture;
    private final double[] replacement;
    private final Tensor like;
    private final int height;
    private final int width;

    /** @param picture {@code [C, H, W]}, as is its replacement */
    Sequence(Perturbation protocol, Tensor picture, Tensor replacement) {
        this.protocol = protocol;
        this.picture = picture.toDoubleArray();
        this.replacement = replacement.toDoubleArray();
        this.like = picture;
        this.height = picture.size(1);
        this.width = picture.size(2);
    }

    /** The picture after 0, 1, 2 ... steps, in batches {@code [K, C, H, W]}. */
    List<Tensor> inOrder(int[] order) {
        double[] cells = picture.clone();
        int count = protocol.steps() + 1;
        List<Tensor> batches = new ArrayList<>();
        double[] batch = new double[0];
        for (int k = 0; k < count; k++) {
            if (k > 0) {
                replace(cells, order, (k - 1) * protocol.perStep(), k * protocol.perStep());
            }
            int at = k % protocol.batch();
            if (at == 0) {
                batch = new double[Math.min(protocol.batch(), count - k) * cells.length];
            }
            System.arraycopy(cells, 0, batch, at * cells.length, cells.length);
            if ((at + 1) * cells.length == batch.length) {
                batches.add(Tensor.of(batch, like.dtype(), like.unsqueeze(0).shape().with(0, at + 1)));
            }
        }
        return batches;
    }

    private void replace(double[] cells, int[] order, int from, int to) {
        Units units = protocol.units();
        for (int i = Math.min(from, order.length); i < Math.min(to, order.length); i++) {
            int firstRow = units.row(order[i], width);
            int firstColumn = units.column(order[i], width);
            int columns = Math.min(units.patch(), width - firstColumn);
            for (int row = firstRow; row < Math.min(firstRow + units.patch(), height); row++) {
                for (int cell = row * width + firstColumn; cell < cells.length; cell += height * width) {
                    System.arraycopy(replacement, cell, cells, cell, columns);
                }
            }
        }
    }
}
