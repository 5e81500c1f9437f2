package io.github.lrp4j.tensor.simd;

import io.github.lrp4j.tensor.Tensor;
import io.github.lrp4j.tensor.parallel.WorkerPool;

/** wip */
final class LinearKernels {
    private final MatMul matmul;

    LinearKernels(WorkerPool pool) {
        Crew crew = new Crew(pool);
        matmul = new MatMul(crew);
    }

    Tensor matmul(Tensor a, Tensor b) {
        return matmul.matmul(a, b);
    }
}
