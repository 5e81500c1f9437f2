/** The kernel seam on CUDA devices. */
module io.github.lrp4j.cuda {
    requires transitive io.github.lrp4j.tensor;
    requires jcuda;
    requires jcublas;

    exports io.github.lrp4j.cuda;
}
