package io.github.lrp4j.zoo.vision;

import io.github.lrp4j.tensor.DType;
import io.github.lrp4j.tensor.Tensor;
import io.github.lrp4j.tensor.kernels.Kernels;
import io.github.lrp4j.tensor.kernels.ReferenceKernels;
import io.github.lrp4j.tensor.kernels.Resampling;
import io.github.lrp4j.zoo.weights.Weights;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * A vision transformer's table of positions for pictures of another size than those it was trained on: the grid of its rows,
 * bicubically interpolated (Dosovitskiy et al., arXiv 2010.11929, section 3.2). The row of the class token stays.
 */
final class PositionTable {
    private static final String KEY = "encoder.pos_embedding";

    private PositionTable() {
    }

    /**
     * The weights with a table for {@code config.image()}, under torchvision's keys; those same weights if it fits already or
     * cannot be made to.
     *
     * @param alignCorners whether the corners of the grids lie on each other, as in torchvision's {@code
     *     interpolate_embeddings}; Hugging Face's and timm's do not
     */
    static Weights resized(Weights weights, VitConfig config, boolean alignCorners) {
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
        tensors.put(KEY, resized(table, extra, grid, config.grid(), alignCorners));
        return weights.withTensors(tensors);
    }

    private static Tensor resized(Tensor table, int extra, int from, int to, boolean alignCorners) {
        Kernels kernels = new ReferenceKernels();
        int width = table.size(2);
        Tensor whole = table.to(DType.F64);
        Tensor rows = whole.slice(1, extra, table.size(1)).contiguous().reshape(1, from, from, width)
                .permute(0, 3, 1, 2);
        Tensor stretched = kernels.interpolate(rows,
                Resampling.to(Resampling.Mode.CUBIC, alignCorners, List.of(to, to)));
        Tensor sequence = stretched.permute(0, 2, 3, 1).contiguous().reshape(1, to * to, width);
        Tensor all = extra == 0 ? sequence : kernels.concat(List.of(whole.slice(1, 0, extra), sequence), 1);
        return all.to(table.dtype() == DType.F64 ? DType.F64 : DType.F32);
    }
}
