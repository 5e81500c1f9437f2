package io.github.lrp4j.bench;

import io.github.lrp4j.tensor.Tensor;
import io.github.lrp4j.tensor.kernels.ReferenceKernels;
import org.openjdk.jmh.annotations.Param;

/** Softmax and its logarithm along rows, and their adjoints. */
public class SoftmaxBench extends KernelBench {
    /** Tensors of known networks, as rows and columns. */
    public enum Size {
        /** Logits of ImageNet, a batch. */
        LOGITS(64, 1000),
        /** Attention of ViT-B: 12 heads, 197 tokens. */
        VIT_ATTENTION(12 * 197, 197),
        /** Attention of RoBERTa-large: 16 heads, 384 tokens. */
        ROBERTA_ATTENTION(16 * 384, 384);

        final int rows;
        final int columns;

        Size(int rows, int columns) {
            this.rows = rows;
            this.columns = columns;
        }
    }

    /** Functions. */
    public enum Function {
        /** Softmax. */
        SOFTMAX,
        /** Its adjoint. */
        SOFTMAX_ADJOINT,
        /** Its logarithm. */
        LOG_SOFTMAX,
        /** The adjoint of that. */
        LOG_SOFTMAX_ADJOINT
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
        Tensor y = new ReferenceKernels().softmax(x, 1);
        Tensor log = new ReferenceKernels().logSoftmax(x, 1);
        double cells = x.elements();
        return switch (function) {
            case SOFTMAX -> Work.moving(2 * cells, kernels -> kernels.softmax(x, 1));
            case SOFTMAX_ADJOINT -> Work.moving(3 * cells, kernels -> kernels.softmaxVjp(y, g, 1));
            case LOG_SOFTMAX -> Work.moving(2 * cells, kernels -> kernels.logSoftmax(x, 1));
            case LOG_SOFTMAX_ADJOINT -> Work.moving(3 * cells, kernels -> kernels.logSoftmaxVjp(log, g, 1));
        };
    }
}
