// Softmax along a dimension; mean and variance of rows and of channels; the adjoints.
//
// Lanes as in lanes.cuh: a lane is what softmax sums to one, or what has one mean. Sums are float64 for float32 numbers, and
// what depends on them is rounded once, at the end. A lane is read two or three times, mostly out of a cache.

#include "lanes.cuh"

// ---- softmax ----

// The largest number of a lane; NaN if there is one.
template <typename T>
static __device__ __forceinline__ T largestOf(const T *x, long long step, long long length, bool present, const Tile &tile,
        T *shared) {
    T mine = -INFINITY;
    if (present) {
        for (long long i = tile.part; i < length; i += tile.parts) {
            mine = Largest()(mine, x[i * step]);
        }
    }
    return combined(mine, tile, shared, Largest());
}

template <typename T>
static __device__ __forceinline__ double exponentials(const T *x, long long step, long long length, T max, bool present,
        const Tile &tile, double *shared) {
    double mine = 0;
    if (present) {
        for (long long i = tile.part; i < length; i += tile.parts) {
            mine += exp(x[i * step] - max);
        }
    }
    return combined(mine, tile, shared, Sum());
}

// e^(x - max) / sum, or x - max - ln sum
template <typename T>
static __device__ __forceinline__ void softmax(T *y, const T *x, const View &outer, long long lanes, long long length,
        long long yStep, long long xStep, int width, int across, bool logarithm) {
    __shared__ T sharedMax[LANE_THREADS];
    __shared__ double sharedSum[LANE_THREADS];
    Tile tile = tileOf(width, across);
    FOR_TILES(first, width, lanes) {
        long long lane = first + tile.lane;
        bool present = lane < lanes;
        Offsets<2> at = offsets<2>(outer, present ? lane : 0);
        const T *from = x + at[1];
        T max = largestOf(from, xStep, length, present, tile, sharedMax);
        double sum = exponentials(from, xStep, length, max, present, tile, sharedSum);
        double logSum = logarithm ? log(sum) : 0;
        if (present) {
            for (long long i = tile.part; i < length; i += tile.parts) {
                T value = from[i * xStep];
                y[at[0] + i * yStep] = logarithm
                        ? static_cast<T>(double(value) - double(max) - logSum)
                        : static_cast<T>(exp(value - max) / sum);
            }
        }
    }
}

// y (g - sum(g y)), or g - e^y sum(g) where y are logarithms
template <typename T>
static __device__ __forceinline__ void softmaxVjp(T *x, const T *y, const T *g, const View &outer, long long lanes,
        long long length, long long xStep, long long yStep, long long gStep, int width, int across, bool logarithm) {
    __shared__ double shared[LANE_THREADS];
    Tile tile = tileOf(width, across);
    FOR_TILES(first, width, lanes) {
        long long lane = first + tile.lane;
        bool present = lane < lanes;
        Offsets<3> at = offsets<3>(outer, present ? lane : 0);
        double sum = 0;
        if (present) {
            for (long long i = tile.part; i < length; i += tile.parts) {
                double upstream = g[at[2] + i * gStep];
                sum += logarithm ? upstream : upstream * y[at[1] + i * yStep];
            }
        }
        sum = combined(sum, tile, shared, Sum());
        if (present) {
            for (long long i = tile.part; i < length; i += tile.parts) {
                double upstream = g[at[2] + i * gStep];
                T output = y[at[1] + i * yStep];
                x[at[0] + i * xStep] = logarithm
                        ? static_cast<T>(upstream - exp(output) * sum)
                        : static_cast<T>(output * (upstream - sum));
            }
        }
    }
}

#define SOFTMAX(suffix, T)                                                                                             \
    KERNEL_OF(LANE_THREADS, softmax_##suffix, T *y, const T *x, VIEW outer, long long lanes, long long length,         \
            long long yStep, long long xStep, int width, int across, int logarithm) {                                  \
        softmax(y, x, outer, lanes, length, yStep, xStep, width, across, logarithm != 0);                              \
    }                                                                                                                  \
    KERNEL_OF(LANE_THREADS, softmax_vjp_##suffix, T *x, const T *y, const T *g, VIEW outer, long long lanes,           \
            long long length, long long xStep, long long yStep, long long gStep, int width, int across,                \
            int logarithm) {                                                                                           \
        softmaxVjp(x, y, g, outer, lanes, length, xStep, yStep, gStep, width, across, logarithm != 0);                 \
    }
EACH_FLOAT(SOFTMAX)

// ---- mean and variance ----

struct Moments {
    double mean, variance;
};

// Mean first, then the mean of squared differences: nothing cancels where the mean is large.
template <typename T>
static __device__ __forceinline__ Moments momentsOf(const T *x, const View &inner, long long length, bool present,
        const Tile &tile, double *shared) {
    double sum = 0;
    if (present) {
        for (long long i = tile.part; i < length; i += tile.parts) {
            sum += x[offset(inner, i)];
        }
    }
    double mean = combined(sum, tile, shared, Sum()) / length;
    double squares = 0;
    if (present) {
        for (long long i = tile.part; i < length; i += tile.parts) {
            double difference = x[offset(inner, i)] - mean;
            squares += difference * difference;
        }
    }
    double variance = combined(squares, tile, shared, Sum()) / length;
    return {mean, variance};
}

// y = (x - mean) rstd, times scale, plus shift, each rounded; scale and shift may be null. Rows lie one after the other in y,
// scale and shift.
template <typename T>
static __device__ __forceinline__ void standardize(T *y, T *mean, T *rstd, const T *x, const T *scale, const T *shift,
        const View &outer, const View &inner, long long lanes, long long length, int width, double eps) {
    __shared__ double shared[LANE_THREADS];
    Tile tile = tileOf(width, 0);
    FOR_TILES(first, width, lanes) {
        long long lane = first + tile.lane;
        bool present = lane < lanes;
        const T *from = x + (present ? offset(outer, lane) : 0);
        Moments moments = momentsOf(from, inner, length, present, tile, shared);
        double inverse = 1 / sqrt(moments.variance + eps);
        if (present) {
            for (long long i = tile.part; i < length; i += tile.parts) {
                T value = static_cast<T>((from[offset(inner, i)] - moments.mean) * inverse);
                value = scale == nullptr ? value : value * scale[i];
                y[lane * length + i] = shift == nullptr ? value : value + shift[i];
            }
            if (tile.part == 0) {
                mean[lane] = static_cast<T>(moments.mean);
                rstd[lane] = static_cast<T>(inverse);
            }
        }
    }
}

// rstd (g - mean(g) - xhat mean(g xhat)) with xhat = (x - mean) rstd; all row by row.
template <typename T>
static __device__ __forceinline__ void standardizeVjp(T *y, const T *g, const T *x, const T *mean, const T *rstd,
        long long lanes, long long length, int width) {
    __shared__ double shared[LANE_THREADS];
    Tile tile = tileOf(width, 0);
    FOR_TILES(first, width, lanes) {
        long long lane = first + tile.lane;
        bool present = lane < lanes;
        long long start = present ? lane * length : 0;
        double middle = present ? mean[lane] : 0;
        double inverse = present ? rstd[lane] : 0;
        double sum = 0;
        double product = 0;
        if (present) {
            for (long long i = tile.part; i < length; i += tile.parts) {
                double upstream = g[start + i];
                sum += upstream;
                product += upstream * ((x[start + i] - middle) * inverse);
            }
        }
        sum = combined(sum, tile, shared, Sum()) / length;
        product = combined(product, tile, shared, Sum()) / length;
        if (present) {
            for (long long i = tile.part; i < length; i += tile.parts) {
                double standard = (x[start + i] - middle) * inverse;
                y[start + i] = static_cast<T>(inverse * (g[start + i] - sum - standard * product));
            }
        }
    }
}

// Variance, mean and 1 / sqrt(variance + eps) of each lane.
template <typename T>
static __device__ __forceinline__ void statistics(T *variance, T *mean, T *rstd, const T *x, const View &outer,
        const View &inner, long long lanes, long long length, int width, int across, double eps) {
    __shared__ double shared[LANE_THREADS];
    Tile tile = tileOf(width, across);
    FOR_TILES(first, width, lanes) {
        long long lane = first + tile.lane;
        bool present = lane < lanes;
        const T *from = x + (present ? offset(outer, lane) : 0);
        Moments moments = momentsOf(from, inner, length, present, tile, shared);
        if (present && tile.part == 0) {
            variance[lane] = static_cast<T>(moments.variance);
            mean[lane] = static_cast<T>(moments.mean);
            rstd[lane] = static_cast<T>(1 / sqrt(moments.variance + eps));
        }
    }
}

#define STANDARDIZE(suffix, T)                                                                                       \
    KERNEL_OF(LANE_THREADS, standardize_##suffix, T *y, T *mean, T *rstd, const T *x, const T *scale,                \
            const T *shift, VIEW outer, VIEW inner, long long lanes, long long length, int width, double eps) {      \
        standardize(y, mean, rstd, x, scale, shift, outer, inner, lanes, length, width, eps);                        \
    }                                                                                                                \
    KERNEL_OF(LANE_THREADS, standardize_vjp_##suffix, T *y, const T *g, const T *x, const T *mean, const T *rstd,    \
            long long lanes, long long length, int width) {                                                          \
        standardizeVjp(y, g, x, mean, rstd, lanes, length, width);                                                   \
    }                                                                                                                \
    KERNEL_OF(LANE_THREADS, statistics_##suffix, T *variance, T *mean, T *rstd, const T *x, VIEW outer, VIEW inner,  \
            long long lanes, long long length, int width, int across, double eps) {                                  \
        statistics(variance, mean, rstd, x, outer, inner, lanes, length, width, across, eps);                        \
    }
EACH_FLOAT(STANDARDIZE)

// x scale + shift, each rounded; scale and shift are read through the view with distance 0 but along the channels.
template <typename T>
static __device__ __forceinline__ void affine(T *y, const T *x, const T *scale, const T *shift, const View &view,
        long long cells) {
    FOR_CELLS(i, cells) {
        Offsets<2> at = offsets<2>(view, i);
        T scaled = x[at[0]] * scale[at[1]];
        y[i] = shift == nullptr ? scaled : scaled + shift[at[1]];
    }
}

#define AFFINE(suffix, T)                                                                                \
    KERNEL(affine_##suffix, T *y, const T *x, const T *scale, const T *shift, VIEW view, long long cells) { \
        affine(y, x, scale, shift, view, cells);                                                         \
    }
EACH_FLOAT(AFFINE)
