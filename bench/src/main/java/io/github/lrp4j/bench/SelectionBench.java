package io.github.lrp4j.bench;

import io.github.lrp4j.tensor.DType;
import io.github.lrp4j.tensor.Tensor;
import java.util.List;
import org.openjdk.jmh.annotations.Param;

/** Kernels that pick and move numbers. */
public class SelectionBench extends KernelBench {
    /** Activations of known networks, as rows and columns. */
    public enum Size {
        /** In the caches. */
        SMALL(64, 48),
        /** Tokens of ViT-B. */
        VIT(197, 768),
        /** Hidden tokens of RoBERTa-large, 384 tokens. */
        ROBERTA_MLP(384, 4096);

        final int rows;
        final int columns;

        Size(int rows, int columns) {
            this.rows = rows;
            this.columns = columns;
        }
    }

    /** Functions. */
    public enum Function {
        /** Cells by index along rows. */
        GATHER,
        /** Its adjoint: cells added at an index. */
        SCATTER_ADD,
        /** Whole rows by index: looked-up words. */
        INDEX_SELECT,
        /** Its adjoint. */
        INDEX_ADD,
        /** Two tensors side by side. */
        CONCAT,
        /** A frame of one cell. */
        PAD,
        /** Reversed rows. */
        FLIP,
        /** A transposed view, copied. */
        TRANSPOSE,
        /** To float64. */
        CAST
    }

    /** The shapes. */
    @Param
    public Size size;

    /** The function. */
    @Param
    public Function function;

    @Override
    public String toString() {
        return function + " " + size;
    }

    @Override
    Work draw(Numbers numbers) {
        Tensor x = numbers.normal(size.rows, size.columns);
        Tensor g = numbers.normal(size.rows, size.columns);
        Tensor cells = numbers.positions(size.rows, size.rows, size.columns);
        Tensor rows = numbers.positions(size.rows, size.rows);
        double n = x.elements();
        return switch (function) {
            // An index takes the place of two numbers.
            case GATHER -> Work.moving(4 * n, kernels -> kernels.gather(x, 0, cells));
            case SCATTER_ADD -> Work.moving(5 * n, kernels -> kernels.scatterAdd(x, 0, cells, g));
            case INDEX_SELECT -> Work.moving(2 * n, kernels -> kernels.indexSelect(x, 0, rows));
            case INDEX_ADD -> Work.moving(4 * n, kernels -> kernels.indexAdd(x, 0, rows, g));
            case CONCAT -> Work.moving(4 * n, kernels -> kernels.concat(List.of(x, g), 1));
            case PAD -> Work.moving(2 * n, kernels -> kernels.pad(x, List.of(1, 1), List.of(1, 1), 0));
            case FLIP -> Work.moving(2 * n, kernels -> kernels.flip(x, List.of(1)));
            case TRANSPOSE -> Work.moving(2 * n, kernels -> kernels.contiguous(x.transpose(0, 1)));
            case CAST -> Work.moving(3 * n, kernels -> kernels.cast(x, DType.F64));
        };
    }
}
