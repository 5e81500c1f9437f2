package io.github.lrp4j.tensor.simd;

import io.github.lrp4j.tensor.Tensor;

/**
 * A strided view of images {@code [samples, channels, depth, height, width]}; tensors with fewer spatial dimensions have
 * leading ones of size 1.
 */
record Volume(float[] data, int offset, int sampleStride, int channelStride, int depthStride, int heightStride,
        int widthStride) {
    /** A tensor {@code [N, C, 1 to 3 sizes]}. */
    static Volume of(Tensor x) {
        int rank = x.rank();
        return new Volume(x.floats(), (int) x.offset(), stride(x, 0), stride(x, 1), rank == 5 ? stride(x, 2) : 0,
                rank >= 4 ? stride(x, -2) : 0, stride(x, -1));
    }

    /** The stride, or 1 where there is nothing to step to. */
    private static int stride(Tensor x, int dim) {
        return x.size(dim) <= 1 ? 1 : (int) x.stride(dim);
    }

    /**
     * The step with which the elements of a plane of these sizes follow each other in row-major order, or -1 if it varies.
     */
    int planeStep(int depth, int height, int width) {
        int step = width > 1 ? widthStride : height > 1 ? heightStride : depth > 1 ? depthStride : 1;
        boolean regular =
                (height == 1 || heightStride == step * width) && (depth == 1 || depthStride == step * width * height);
        return regular ? step : -1;
    }

    /** This view from sample {@code sample} and channel {@code channel} on. */
    Volume at(int sample, int channel) {
        return new Volume(data, offset + sample * sampleStride + channel * channelStride, sampleStride, channelStride,
                depthStride, heightStride, widthStride);
    }
}
