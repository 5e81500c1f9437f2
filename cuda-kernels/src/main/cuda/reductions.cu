// Many numbers folded into one, and running sums.
//
// A lane is what is folded into one number: `outer` says where each lane begins, `inner` where its numbers lie from there.
// Where there are too few lanes for the whole device, each is split among blocks along the grid's second dimension, and what
// they found is folded once more. float32 is added up in float64, so that the order does not show in the result.

#include "lanes.cuh"

// ---- sums and products ----

struct Product {
    template <typename A>
    __device__ __forceinline__ A operator()(A a, A b) const { return a * b; }
};

template <typename T>
static __device__ __forceinline__ T finished(double folded, double divisor) {
    return static_cast<T>(divisor == 1 ? folded : folded / divisor);
}
template <typename T>
static __device__ __forceinline__ T finished(long long folded, double) {
    return folded;
}

// y[lane * gridDim.y + part] = fold(part of lane) / divisor
template <typename A, typename Y, typename X, typename F>
static __device__ __forceinline__ void fold(Y *y, const X *x, const View &outer, const View &inner, long long lanes,
        long long length, int width, int across, double divisor, A nothing, F merge) {
    __shared__ A shared[LANE_THREADS];
    Tile tile = tileOf(width, across);
    long long from = length * blockIdx.y / gridDim.y;
    long long to = length * (blockIdx.y + 1) / gridDim.y;
    FOR_TILES(first, width, lanes) {
        long long lane = first + tile.lane;
        A mine = nothing;
        if (lane < lanes) {
            const X *start = x + offset(outer, lane);
#pragma unroll 4
            for (long long i = from + tile.part; i < to; i += tile.parts) {
                mine = merge(mine, static_cast<A>(start[offset(inner, i)]));
            }
        }
        mine = combined(mine, tile, shared, merge);
        if (lane < lanes && tile.part == 0) {
            y[lane * gridDim.y + blockIdx.y] = finished<Y>(mine, divisor);
        }
    }
}

#define FOLD(name, A, Y, X, nothing, Merge)                                                                        \
    KERNEL_OF(LANE_THREADS, name, Y *y, const X *x, VIEW outer, VIEW inner, long long lanes, long long length,     \
            int width, int across, double divisor) {                                                               \
        fold(y, x, outer, inner, lanes, length, width, across, divisor, static_cast<A>(nothing), Merge());         \
    }
#define FOLDS(name, nothing, Merge)                                  \
    FOLD(name##_f32_f32, double, float, float, nothing, Merge)       \
    FOLD(name##_f32_f64, double, double, float, nothing, Merge)      \
    FOLD(name##_f64_f32, double, float, double, nothing, Merge)      \
    FOLD(name##_f64_f64, double, double, double, nothing, Merge)     \
    FOLD(name##_i64_i64, long long, long long, long long, nothing, Merge)
// name_X_Y reads X and writes Y.
FOLDS(sum, 0, Sum)
FOLDS(product, 1, Product)

// ---- extrema ----

// A candidate and where it stands in its lane; nowhere yet if negative.
template <typename T>
struct Best {
    T value;
    long long at;
};

template <typename T>
static __device__ __forceinline__ bool beats(T a, T b, int largest) {
    bool number = b == b;
    return number && (a != a || (largest ? a > b : a < b));
}

// The better one, NaN best of all; of equals the one that comes first.
template <typename T>
struct Better {
    int largest;

    __device__ __forceinline__ Best<T> operator()(const Best<T> &a, const Best<T> &b) const {
        if (a.at < 0 || b.at < 0) {
            return a.at < 0 ? b : a;
        }
        if (beats(a.value, b.value, largest)) {
            return a;
        }
        return beats(b.value, a.value, largest) || b.at < a.at ? b : a;
    }
};

// values[lane * gridDim.y + part] and the position of that value in its lane; either may be null. xAt are the positions of x
// where x are candidates already, else null.
template <typename T>
static __device__ __forceinline__ void extremum(T *values, long long *positions, const T *x, const long long *xAt,
        const View &outer, const View &inner, long long lanes, long long length, int width, int across, int largest) {
    __shared__ Best<T> shared[LANE_THREADS];
    Tile tile = tileOf(width, across);
    Better<T> better = {largest};
    long long from = length * blockIdx.y / gridDim.y;
    long long to = length * (blockIdx.y + 1) / gridDim.y;
    FOR_TILES(first, width, lanes) {
        long long lane = first + tile.lane;
        Best<T> mine = {T(0), -1};
        if (lane < lanes) {
            long long start = offset(outer, lane);
            for (long long i = from + tile.part; i < to; i += tile.parts) {
                long long at = start + offset(inner, i);
                Best<T> next = {x[at], xAt == nullptr ? i : xAt[at]};
                mine = better(mine, next);
            }
        }
        mine = combined(mine, tile, shared, better);
        if (lane < lanes && tile.part == 0) {
            long long to = lane * gridDim.y + blockIdx.y;
            if (values != nullptr) {
                values[to] = mine.value;
            }
            if (positions != nullptr) {
                positions[to] = mine.at;
            }
        }
    }
}

#define EXTREMUM(suffix, T)                                                                                           \
    KERNEL_OF(LANE_THREADS, extremum_##suffix, T *values, long long *positions, const T *x, const long long *xAt,     \
            VIEW outer, VIEW inner, long long lanes, long long length, int width, int across, int largest) {          \
        extremum(values, positions, x, xAt, outer, inner, lanes, length, width, across, largest);                     \
    }
EACH_FLOAT(EXTREMUM)
EXTREMUM(i64, long long)

// ---- running sums ----

// Lanes that lie side by side: a thread each.
template <typename A, typename T>
static __device__ __forceinline__ void runningSum(T *y, const T *x, const View &outer, long long lanes, long long length,
        long long yStep, long long xStep, int reversed) {
    FOR_CELLS(lane, lanes) {
        Offsets<2> at = offsets<2>(outer, lane);
        A sum = 0;
        for (long long n = 0; n < length; n++) {
            long long i = reversed ? length - 1 - n : n;
            sum += x[at[1] + i * xStep];
            y[at[0] + i * yStep] = static_cast<T>(sum);
        }
    }
}

// Lanes whose numbers lie side by side: a block each. Of as many numbers as there are threads, every thread adds the one that
// stands 1, 2, 4, ... places before its own; then as many next ones, on top of the sum of all before.
template <typename A, typename T>
static __device__ __forceinline__ void runningSumOfRow(T *y, const T *x, const View &outer, long long lanes,
        long long length, long long yStep, long long xStep, int reversed) {
    __shared__ A shared[LANE_THREADS];
    int thread = static_cast<int>(threadIdx.x);
    int threads = static_cast<int>(blockDim.x);
    for (long long lane = blockIdx.x; lane < lanes; lane += gridDim.x) {
        Offsets<2> at = offsets<2>(outer, lane);
        A before = 0;
        for (long long first = 0; first < length; first += threads) {
            long long n = first + thread;
            long long i = reversed ? length - 1 - n : n;
            A sum = n < length ? static_cast<A>(x[at[1] + i * xStep]) : A(0);
            shared[thread] = sum;
            for (int distance = 1; distance < threads; distance *= 2) {
                __syncthreads();
                A other = thread >= distance ? shared[thread - distance] : A(0);
                __syncthreads();
                sum = other + sum;
                shared[thread] = sum;
            }
            __syncthreads();
            if (n < length) {
                y[at[0] + i * yStep] = static_cast<T>(before + sum);
            }
            before += shared[threads - 1];
            __syncthreads();
        }
    }
}

#define RUNNING_SUM(suffix, A, T)                                                                                  \
    KERNEL(running_sum_##suffix, T *y, const T *x, VIEW outer, long long lanes, long long length, long long yStep, \
            long long xStep, int reversed) {                                                                       \
        runningSum<A>(y, x, outer, lanes, length, yStep, xStep, reversed);                                         \
    }                                                                                                              \
    KERNEL_OF(LANE_THREADS, running_sum_of_row_##suffix, T *y, const T *x, VIEW outer, long long lanes,            \
            long long length, long long yStep, long long xStep, int reversed) {                                    \
        runningSumOfRow<A>(y, x, outer, lanes, length, yStep, xStep, reversed);                                    \
    }
RUNNING_SUM(f32, double, float)
RUNNING_SUM(f64, double, double)
RUNNING_SUM(i64, long long, long long)
