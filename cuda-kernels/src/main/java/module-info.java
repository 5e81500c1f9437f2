/** The kernel seam on CUDA devices. */
module io.github.lrp4j.cuda {
    requires transitive io.github.lrp4j.tensor;
    requires jcuda;
    requires jcublas;

    provides io.github.lrp4j.tensor.kernels.KernelsProvider with io.github.lrp4j.cuda.CudaProvider;

    exports io.github.lrp4j.cuda;
}
