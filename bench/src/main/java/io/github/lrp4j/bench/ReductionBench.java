package io.github.lrp4j.bench;

import io.github.lrp4j.tensor.Tensor;
import io.github.lrp4j.tensor.kernels.Kernels;
import io.github.lrp4j.tensor.kernels.Reduction;
import java.util.List;
import org.openjdk.jmh.annotations.Param;

/** Reductions along the last dimension and across it. */
public class ReductionBench extends KernelBench {
    /** Tensors of known networks, as rows and columns. */
    public enum Size {
        /** Logits of ImageNet, a batch. */
        LOGITS(64, 1000),
        /** Attention of ViT-B: 12 heads, 197 tokens. */
        VIT_ATTENTION(12 * 197, 197),
        /** The end of ResNet-50: 2048 planes of 7 x 7. */
        RESNET_POOL(2048, 49),
        /** Planes of VGG's first layers. */
        VGG_PLANES(64, 224 * 224);

        final int rows;
        final int columns;

        Size(int rows, int columns) {
            this.rows = rows;
            this.columns = columns;
        }
    }

    /** A reduction. */
    interface Call {
        Tensor on(Kernels kernels, Tensor x);
    }

    /** Reductions. */
    public enum Function {
        /** Sum of each row. */
        SUM_OF_ROWS(1, (k, x) -> k.reduce(Reduction.SUM, x, List.of(1), false)),
        /** Sum of each column. */
        SUM_OF_COLUMNS(1, (k, x) -> k.reduce(Reduction.SUM, x, List.of(0), false)),
        /** Sum over a stretched dimension, the adjoint of broadcasting. */
        SUM_TO_COLUMN(1, (k, x) -> k.sumTo(x, x.slice(1, 0, 1).shape())),
        /** Mean of each row. */
        MEAN_OF_ROWS(1, (k, x) -> k.reduce(Reduction.MEAN, x, List.of(1), false)),
        /** Largest of each row. */
        LARGEST_OF_ROWS(1, (k, x) -> k.reduce(Reduction.MAX, x, List.of(1), false)),
        /** Largest of each row with its position. */
        WINNER_OF_ROWS(1, (k, x) -> k.extremum(x, 1, true).values()),
        /** Running sum of each row. */
        RUNNING_SUM(2, (k, x) -> k.cumulativeSum(x, 1, false)),
        /** Sum of everything in float64, the work of the ledger. */
        TOTAL(1, (k, x) -> Tensor.of(new double[] {k.total(x)}, 1));

        final double passes;
        final Call call;

        Function(double passes, Call call) {
            this.passes = passes;
            this.call = call;
        }
    }

    /** The shapes. */
    @Param
    public Size size;

    /** The reduction. */
    @Param
    public Function function;

    @Override
    public String toString() {
        return function + " " + size;
    }

    @Override
    Work draw(Numbers numbers) {
        Tensor x = numbers.normal(size.rows, size.columns);
        return Work.moving(function.passes * x.elements(), kernels -> function.call.on(kernels, x));
    }
}
