// Convolution of x [N, C, in...] with w [O, C / groups, kernel...], and its adjoints.
//
// A convolution is a product of matrices: the weight [O, C taps] times the columns [C taps, outputs] which hold, for each
// output, the inputs under its window. im2col writes such columns; col2im is its adjoint, and sums what all columns say about an
// input. The products themselves are the library's. Where channels hardly mix (depthwise), a product would have one row:
// the direct kernels go over the windows instead.
//
// Each number that is written is the sum of one thread (or one block) in an order that the sizes alone decide.

#include "geometry.cuh"

// ---- columns ----

// col [planes, taps, positions] = x [planes, in...] under each tap at the outputs first .. first + positions - 1; 0 in the padding.
// A thread takes the taps of one row of a window, so that neighbouring threads write, and as a rule read, neighbours.
template <typename T>
static __device__ void im2col(T *col, const T *x, const Geometry &g, long long planes, long long first, int positions) {
    int rows = g.kernel[0] * g.kernel[1];
    FOR_CELLS(cell, planes * rows * positions) {
        int p, row;
        long long plane = divided(divided(cell, positions, p), rows, row);
        Place o;
        placeOf(first + p, g.out, o);
        int id = g.inputOf(0, o.at[0], row / g.kernel[1]);
        int ih = g.inputOf(1, o.at[1], row % g.kernel[1]);
        bool inside = g.isInside(0, id) && g.isInside(1, ih);
        const T *from = x + plane * g.inPlane() + (static_cast<long long>(id) * g.in[1] + ih) * g.in[2];
        T *to = col + (plane * g.taps() + row * g.kernel[2]) * positions + p;
        int iw = g.inputOf(2, o.at[2], 0);
        for (int k = 0; k < g.kernel[2]; k++) {
            to[static_cast<long long>(k) * positions] = inside && g.isInside(2, iw) ? from[iw] : T(0);
            iw += g.dilation[2];
        }
    }
}

#define IM2COL(suffix, T)                                                                                        \
    KERNEL(im2col_##suffix, T *col, const T *x, GEOMETRY g, long long planes, long long first, int positions) {  \
        im2col(col, x, g, planes, first, positions);                                                             \
    }
EACH_FLOAT(IM2COL)

// x [planes, in...] = sum over taps of col [planes, taps, out...] at the output that sees the input through that tap, times
// factor, which lies as x does (or is null).
template <typename T>
static __device__ void col2im(T *x, const T *col, const T *factor, const Geometry &g, long long planes) {
    long long outputs = g.outPlane();
    FOR_CELLS(cell, planes * g.inPlane()) {
        Place i;
        long long plane = placeOf(cell, g.in, i);
        const T *from = col + plane * g.taps() * outputs;
        T sum = 0;
        for (int kd = 0; kd < g.kernel[0]; kd++) {
            int od = g.outputOf(0, i.at[0], kd);
            for (int kh = 0; od >= 0 && kh < g.kernel[1]; kh++) {
                int oh = g.outputOf(1, i.at[1], kh);
                if (oh < 0) {
                    continue;
                }
                const T *row = from + (kd * g.kernel[1] + kh) * g.kernel[2] * outputs
                        + (static_cast<long long>(od) * g.out[1] + oh) * g.out[2];
                for (int kw = 0; kw < g.kernel[2]; kw++) {
                    int ow = g.outputOf(2, i.at[2], kw);
                    if (ow >= 0) {
                        sum += row[kw * outputs + ow];
                    }
                }
            }
        }
        x[cell] = factor == nullptr ? sum : sum * factor[cell];
    }
}

#define COL2IM(suffix, T)                                                                                 \
    KERNEL(col2im_##suffix, T *x, const T *col, const T *factor, GEOMETRY g, long long planes) {          \
        col2im(x, col, factor, g, planes);                                                                \
    }
EACH_FLOAT(COL2IM)

// ---- direct ----

// How channels are grouped: each of `groups` groups has `in` input and `out` output channels.
struct Channels {
    int groups, in, out;
};

// y [N, groups out, out...]
template <typename T>
static __device__ void direct(T *y, const T *x, const T *w, const Geometry &g, const Channels &channels, long long cells) {
    FOR_CELLS(cell, cells) {
        Place o;
        long long plane = placeOf(cell, g.out, o);
        int channel;
        long long sample = divided(plane, channels.groups * channels.out, channel);
        const T *from = x + (sample * channels.groups + channel / channels.out) * channels.in * g.inPlane();
        const T *weight = w + static_cast<long long>(channel) * channels.in * g.taps();
        T sum = 0;
        for (int c = 0; c < channels.in; c++, from += g.inPlane()) {
            for (int kd = 0; kd < g.kernel[0]; kd++) {
                int id = g.inputOf(0, o.at[0], kd);
                for (int kh = 0; kh < g.kernel[1]; kh++, weight += g.kernel[2]) {
                    int ih = g.inputOf(1, o.at[1], kh);
                    if (!g.isInside(0, id) || !g.isInside(1, ih)) {
                        continue;
                    }
                    const T *row = from + (static_cast<long long>(id) * g.in[1] + ih) * g.in[2];
                    for (int kw = 0; kw < g.kernel[2]; kw++) {
                        int iw = g.inputOf(2, o.at[2], kw);
                        if (g.isInside(2, iw)) {
                            sum = fma(weight[kw], row[iw], sum);
                        }
                    }
                }
            }
        }
        y[cell] = sum;
    }
}

#define DIRECT(suffix, T)                                                                                          \
    KERNEL(conv_direct_##suffix, T *y, const T *x, const T *w, GEOMETRY g, IN_PLACE(Channels) channels,            \
            long long cells) {                                                                                     \
        direct(y, x, w, g, channels, cells);                                                                       \
    }
EACH_FLOAT(DIRECT)

// x [N, groups in, in...] from upstream y [N, groups out, out...], times factor, which lies as x does (or is null).
template <typename T>
static __device__ void directToInput(T *x, const T *y, const T *w, const T *factor, const Geometry &g,
        const Channels &channels, long long cells) {
    long long outputs = g.outPlane();
    FOR_CELLS(cell, cells) {
        Place i;
        long long plane = placeOf(cell, g.in, i);
        int channel;
        long long sample = divided(plane, channels.groups * channels.in, channel);
        int group = channel / channels.in;
        const T *from = y + (sample * channels.groups + group) * channels.out * outputs;
        const T *weight = w + (static_cast<long long>(group) * channels.out * channels.in + channel % channels.in) * g.taps();
        T sum = 0;
        for (int o = 0; o < channels.out; o++, from += outputs, weight += channels.in * g.taps()) {
            for (int kd = 0; kd < g.kernel[0]; kd++) {
                int od = g.outputOf(0, i.at[0], kd);
                for (int kh = 0; od >= 0 && kh < g.kernel[1]; kh++) {
                    int oh = g.outputOf(1, i.at[1], kh);
                    if (oh < 0) {
                        continue;
                    }
                    const T *row = from + (static_cast<long long>(od) * g.out[1] + oh) * g.out[2];
                    const T *taps = weight + (kd * g.kernel[1] + kh) * g.kernel[2];
                    for (int kw = 0; kw < g.kernel[2]; kw++) {
                        int ow = g.outputOf(2, i.at[2], kw);
                        if (ow >= 0) {
                            sum = fma(taps[kw], row[ow], sum);
                        }
                    }
                }
            }
        }
        x[cell] = factor == nullptr ? sum : sum * factor[cell];
    }
}

#define DIRECT_TO_INPUT(suffix, T)                                                                                 \
    KERNEL(conv_direct_to_input_##suffix, T *x, const T *y, const T *w, const T *factor, GEOMETRY g,               \
            IN_PLACE(Channels) channels, long long cells) {                                                        \
        directToInput(x, y, w, factor, g, channels, cells);                                                        \
    }
EACH_FLOAT(DIRECT_TO_INPUT)

// w [groups out, in, taps]: one block per number, whose threads share the outputs of all samples.
template <typename T>
static __device__ void directToWeight(T *w, const T *y, const T *x, const Geometry &g, const Channels &channels,
        int samples, T *sums) {
    long long number = blockIdx.x;
    int tap, c, channel;
    number = divided(number, g.taps(), tap);
    channel = static_cast<int>(divided(number, channels.in, c));
    int group = channel / channels.out;
    int kw = tap % g.kernel[2];
    int kh = tap / g.kernel[2] % g.kernel[1];
    int kd = tap / g.kernel[2] / g.kernel[1];
    long long outputs = g.outPlane();
    T sum = 0;
    for (long long cell = threadIdx.x; cell < samples * outputs; cell += blockDim.x) {
        Place o;
        long long sample = placeOf(cell, g.out, o);
        int id = g.inputOf(0, o.at[0], kd);
        int ih = g.inputOf(1, o.at[1], kh);
        int iw = g.inputOf(2, o.at[2], kw);
        if (g.isInside(0, id) && g.isInside(1, ih) && g.isInside(2, iw)) {
            const T *plane = x + ((sample * channels.groups + group) * channels.in + c) * g.inPlane();
            long long at = (sample * channels.groups * channels.out + channel) * outputs + (cell - sample * outputs);
            sum = fma(y[at], plane[(static_cast<long long>(id) * g.in[1] + ih) * g.in[2] + iw], sum);
        }
    }
    sums[threadIdx.x] = sum;
    __syncthreads();
    for (int half = blockDim.x / 2; half > 0; half /= 2) {
        if (threadIdx.x < half) {
            sums[threadIdx.x] += sums[threadIdx.x + half];
        }
        __syncthreads();
    }
    if (threadIdx.x == 0) {
        w[blockIdx.x] = sums[0];
    }
}

// Threads of a block: a power of two.
#define WEIGHT_THREADS 256

#define DIRECT_TO_WEIGHT(suffix, T)                                                                                \
    KERNEL_OF(WEIGHT_THREADS, conv_direct_to_weight_##suffix, T *w, const T *y, const T *x, GEOMETRY g,            \
            IN_PLACE(Channels) channels, int samples) {                                                            \
        __shared__ T sums[WEIGHT_THREADS];                                                                         \
        directToWeight(w, y, x, g, channels, samples, sums);                                                       \
    }
EACH_FLOAT(DIRECT_TO_WEIGHT)
