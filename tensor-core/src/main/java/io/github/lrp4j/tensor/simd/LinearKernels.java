package io.github.lrp4j.tensor.simd;

import io.github.lrp4j.tensor.Shape;
import io.github.lrp4j.tensor.Tensor;
import io.github.lrp4j.tensor.kernels.ConvSpec;
import io.github.lrp4j.tensor.parallel.WorkerPool;

/** wip */
final class LinearKernels {
    private final MatMul matmul;
    private final Convolution convolution;
    private final WeightAdjoint weightAdjoint;

    LinearKernels(WorkerPool pool) {
        Crew crew = new Crew(pool);
        matmul = new MatMul(crew);
        convolution = new Convolution(crew, true);
        weightAdjoint = new WeightAdjoint(crew);
    }

    Tensor matmul(Tensor a, Tensor b) {
        return matmul.matmul(a, b);
    }

    Tensor conv(Tensor x, Tensor w, ConvSpec spec) {
        return convolution.conv(x, w, spec);
    }

    Tensor convInputAdjoint(Tensor g, Tensor w, Shape xShape, ConvSpec spec) {
        return convolution.inputAdjoint(g, w, xShape, spec);
    }

    Tensor convWeightAdjoint(Tensor g, Tensor x, Shape wShape, ConvSpec spec) {
        return weightAdjoint.weightAdjoint(g, x, wShape, spec);
    }
}
