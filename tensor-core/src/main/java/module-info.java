/** Immutable strided tensors and the numeric kernels behind one seam. */
module io.github.lrp4j.tensor {
    requires jdk.incubator.vector;
    requires com.fasterxml.jackson.core;

    uses io.github.lrp4j.tensor.kernels.KernelsProvider;

    exports io.github.lrp4j.tensor;
    exports io.github.lrp4j.tensor.kernels;
    exports io.github.lrp4j.tensor.safetensors;
}
