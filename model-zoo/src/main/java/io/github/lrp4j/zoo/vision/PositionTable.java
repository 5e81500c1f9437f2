package io.github.lrp4j.zoo.vision;

import io.github.lrp4j.tensor.DType;
import io.github.lrp4j.tensor.Shape;
import io.github.lrp4j.tensor.Tensor;
import io.github.lrp4j.tensor.kernels.Kernels;
import io.github.lrp4j.tensor.kernels.ReferenceKernels;
import io.github.lrp4j.tensor.kernels.Resampling;
import io.github.lrp4j.zoo.image.Framing;
import io.github.lrp4j.zoo.weights.Weights;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * A vision transformer's table of positions for pictures of another size than those it was trained on: the grid of its rows,
 * bicubically interpolated (Dosovitskiy et al., arXiv 2010.11929, section 3.2). The row of the class token stays.
 *
 * <p>Each house interpolates in its own way, and weights are read in the way of the house whose keys they have:
 * <ul>
 * <li>torchvision's {@code interpolate_embeddings}: cubic convolution with {@code a = -0.75}, corners on corners;
 * <li>Hugging Face's {@code interpolate_pos_encoding}: the same, cells on cells;
 * <li>timm's {@code resample_abs_pos_embed}: {@code a = -0.5}, cells on cells, with a filter that widens when the grid
 * shrinks (antialias), and with weights that are cut off at the edges and normalised.
 * </ul>
 */
final class PositionTable {
    private static final String KEY = "encoder.pos_embedding";

    private PositionTable() {
    }

    /**
     * The weights with a table for {@code config.image()}, under torchvision's keys; those same weights if it fits already or
     * cannot be made to.
     *
     * @param convention whose way to take
     */
    static Weights resized(Weights weights, VitConfig config, VitNames.Convention convention) {
        Tensor table = weights.tensors().get(KEY);
        int extra = config.classToken() ? 1 : 0;
        if (table == null || table.rank() != 3 || table.size(0) != 1 || table.size(1) == config.tokens()
                || !table.dtype().isFloating()) {
            return weights;
        }
        int places = table.size(1) - extra;
        int grid = (int) Math.round(Math.sqrt(Math.max(0, places)));
        if (grid < 1 || grid * grid != places) {
            return weights;
        }
        Map<String, Tensor> tensors = new LinkedHashMap<>(weights.tensors());
        tensors.put(KEY, resized(table, extra, grid, config.grid(), convention));
        return weights.withTensors(tensors);
    }

    private static Tensor resized(Tensor table, int extra, int from, int to, VitNames.Convention convention) {
        Kernels kernels = new ReferenceKernels();
        int width = table.size(2);
        Tensor whole = table.to(DType.F64);
        Tensor rows = whole.slice(1, extra, table.size(1)).contiguous().reshape(1, from, from, width)
                .permute(0, 3, 1, 2);
        Tensor stretched = switch (convention) {
            case TORCHVISION -> kernels.interpolate(rows, cubic(true, to));
            case HUGGING_FACE -> kernels.interpolate(rows, cubic(false, to));
            case TIMM -> antialiased(kernels, rows, from, to);
        };
        Tensor sequence = stretched.permute(0, 2, 3, 1).contiguous().reshape(1, to * to, width);
        Tensor all = extra == 0 ? sequence : kernels.concat(List.of(whole.slice(1, 0, extra), sequence), 1);
        return all.to(table.dtype() == DType.F64 ? DType.F64 : DType.F32);
    }

    private static Resampling cubic(boolean alignCorners, int to) {
        return Resampling.to(Resampling.Mode.CUBIC, alignCorners, List.of(to, to));
    }

    /** {@code S rows S^T} with the shares S of the filter. */
    private static Tensor antialiased(Kernels kernels, Tensor rows, int from, int to) {
        Tensor shares = shares(from, to);
        return kernels.matmul(kernels.matmul(shares, rows.contiguous()), shares.permute(1, 0).contiguous());
    }

    /** The share of each input cell in each output cell, {@code [out, in]}. */
    private static Tensor shares(int in, int out) {
        Framing.Filter filter = Framing.Filter.BICUBIC;
        double scale = (double) in / out;
        double stretch = Math.max(1, scale);
        double[] shares = new double[out * in];
        for (int o = 0; o < out; o++) {
            double centre = (o + 0.5) * scale;
            double total = 0;
            for (int i = 0; i < in; i++) {
                shares[o * in + i] = filter.weight((i + 0.5 - centre) / stretch);
                total += shares[o * in + i];
            }
            for (int i = 0; i < in; i++) {
                shares[o * in + i] /= total;
            }
        }
        return Tensor.of(shares, DType.F64, Shape.of(out, in));
    }
}
