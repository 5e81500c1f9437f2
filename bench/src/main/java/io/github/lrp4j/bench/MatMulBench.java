package io.github.lrp4j.bench;

import io.github.lrp4j.tensor.Tensor;
import io.github.lrp4j.tensor.kernels.Epilogue;
import io.github.lrp4j.tensor.kernels.Kernels;
import io.github.lrp4j.tensor.kernels.UnaryFn;
import java.util.function.Function;
import org.openjdk.jmh.annotations.Param;

/** Matrix products {@code [B, M, K] [B, K, N]}. */
public class MatMulBench extends KernelBench {
    /** Products that occur in known networks. */
    public enum Size {
        /** So small that calling costs more than computing. */
        TINY(1, 16, 32, 10),
        /** First linear layer of VGG, one picture: limited by memory. */
        VGG_GEMV(1, 1, 25088, 4096),
        /** Its second. */
        VGG_GEMV_SQUARE(1, 1, 4096, 4096),
        /** Projections of ViT-B. */
        VIT_PROJECTION(1, 197, 768, 768),
        /** First layer of a ViT-B MLP. */
        VIT_MLP_IN(1, 197, 768, 3072),
        /** Its second. */
        VIT_MLP_OUT(1, 197, 3072, 768),
        /** Projections of RoBERTa-large, 384 tokens. */
        ROBERTA_PROJECTION(1, 384, 1024, 1024),
        /** First layer of its MLP. */
        ROBERTA_MLP_IN(1, 384, 1024, 4096),
        /** Its second. */
        ROBERTA_MLP_OUT(1, 384, 4096, 1024),
        /** Scores of ViT-B's 12 heads. */
        VIT_SCORES(12, 197, 64, 197),
        /** Values mixed by the 16 heads of RoBERTa-large. */
        ROBERTA_MIX(16, 384, 384, 64),
        /** The usual square. */
        SQUARE_1024(1, 1024, 1024, 1024),
        /** A larger one. */
        SQUARE_2048(1, 2048, 2048, 2048);

        final int batch;
        final int rows;
        final int inner;
        final int columns;

        Size(int batch, int rows, int inner, int columns) {
            this.batch = batch;
            this.rows = rows;
            this.inner = inner;
            this.columns = columns;
        }
    }

    /** How the operands lie in memory. */
    public enum Layout {
        /** {@code x w^T} with a durable weight: a linear layer. */
        LINEAR(false, true, true),
        /** The same with a bias and GELU. */
        FUSED_LINEAR(false, true, true),
        /** {@code a b}. */
        PLAIN(false, false, false),
        /** {@code a b^T}. */
        RIGHT_TRANSPOSED(false, true, false),
        /** {@code a^T b}: gradients of weights. */
        LEFT_TRANSPOSED(true, false, false),
        /** {@code a^T b^T}. */
        BOTH_TRANSPOSED(true, true, false);

        final boolean left;
        final boolean right;
        final boolean durable;

        Layout(boolean left, boolean right, boolean durable) {
            this.left = left;
            this.right = right;
            this.durable = durable;
        }
    }

    /** The shapes. */
    @Param
    public Size size;

    /** The layout. */
    @Param
    public Layout layout;

    @Override
    public String toString() {
        return "matmul " + size + " " + layout;
    }

    @Override
    Work draw(Numbers numbers) {
        Tensor a = operand(numbers, size.rows, size.inner, layout.left);
        Tensor b = operand(numbers, size.inner, size.columns, layout.right);
        if (layout.durable) {
            b.durable();
        }
        Epilogue epilogue = new Epilogue(numbers.normal(size.columns), null, UnaryFn.of(UnaryFn.Kind.GELU));
        Function<Kernels, Tensor> kernel = layout == Layout.FUSED_LINEAR
                ? kernels -> kernels.fusedMatmul(a, b, epilogue)
                : kernels -> kernels.matmul(a, b);
        double products = (double) size.batch * size.rows * size.inner * size.columns;
        return size.rows == 1 ? Work.moving(products, kernel) : Work.computing(2 * products, kernel);
    }

    private Tensor operand(Numbers numbers, int rows, int columns, boolean transposed) {
        int[] sizes = transposed ? new int[] {size.batch, columns, rows} : new int[] {size.batch, rows, columns};
        Tensor drawn = numbers.normal(sizes);
        Tensor operand = transposed ? drawn.transpose(1, 2) : drawn;
        return size.batch == 1 ? operand.select(0, 0) : operand;
    }
}
