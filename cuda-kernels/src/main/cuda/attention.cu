// What attention does to its scores between two matrix products: scale, mask, softmax, and the adjoint of all three.
//
// A warp takes a row, the scores of one query against all keys; a row number counts queries first .. first + queries - 1 of
// each head. Scores are overwritten by the probabilities that follow from them.

#include "lrp4j.cuh"

#define ATTENTION_THREADS 256

// Which keys a query may attend, and what is added to its scores.
template <typename T>
struct Mask {
    const unsigned char *may; // null where all may
    const T *added;           // null where nothing is
    long long step;           // from one key to the next
    int causal;               // whether a query sees no key behind its own place
};

struct Rows {
    int first, queries, allQueries, keys;
};

// A row of one query: where its mask begins, and how many keys there are for it.
template <typename T>
struct Row {
    const unsigned char *may;
    const T *added;
    long long step;
    int end;
    T scale;

    // The masked score of key j, minus infinity where the query may not attend.
    __device__ __forceinline__ T score(T product, int j) const {
        if (j >= end || (may != nullptr && may[j * step] == 0)) {
            return -static_cast<T>(INFINITY);
        }
        T x = scale * product;
        return added == nullptr ? x : x + added[j * step];
    }
};

template <typename T>
static __device__ __forceinline__ Row<T> rowOf(long long row, const Mask<T> &mask, const View &view, const Rows &rows,
        double scale) {
    long long at = mask.may == nullptr && mask.added == nullptr ? 0 : offset(view, row);
    int place = rows.first + static_cast<int>(row % rows.queries);
    Row<T> result;
    result.may = mask.may == nullptr ? nullptr : mask.may + at;
    result.added = mask.added == nullptr ? nullptr : mask.added + at;
    result.step = mask.step;
    result.end = mask.causal && place + 1 < rows.keys ? place + 1 : rows.keys;
    result.scale = static_cast<T>(scale);
    return result;
}

// Where the statistics of a row lie.
static __device__ __forceinline__ long long statisticOf(long long row, const Rows &rows) {
    return row / rows.queries * rows.allQueries + rows.first + row % rows.queries;
}

// The sum over e^(x - most) and most itself, of the numbers that a thread has seen.
template <typename T>
struct Exponentials {
    T most, sum;

    __device__ __forceinline__ void add(T x) {
        if (x > most) {
            sum = sum * exp(most - x) + 1;
            most = x;
        } else if (x != -static_cast<T>(INFINITY)) {
            sum += exp(x - most); // NaN stays one.
        }
    }

    __device__ __forceinline__ void merge(T otherMost, T otherSum) {
        T larger = otherMost > most ? otherMost : most;
        sum = scaled(sum, most, larger) + scaled(otherSum, otherMost, larger);
        most = larger;
    }

    static __device__ __forceinline__ T scaled(T sum, T from, T to) {
        return from == -static_cast<T>(INFINITY) ? sum : sum * exp(from - to);
    }
};

// scores [rows, keys] to e^(x - ln sum e^x), where a query that sees no key has zeros; and the logarithm, unless it is given.
template <typename T>
static __device__ void probabilities(T *scores, T *statistics, const Mask<T> &mask, const View &view, const Rows &rows,
        double scale, int given, long long count) {
    constexpr unsigned ALL = 0xffffffffu;
    int lane = threadIdx.x % 32;
    for (long long r = (static_cast<long long>(blockIdx.x) * blockDim.x + threadIdx.x) / 32; r < count;
            r += static_cast<long long>(gridDim.x) * blockDim.x / 32) {
        Row<T> row = rowOf(r, mask, view, rows, scale);
        T *x = scores + r * rows.keys;
        T *statistic = statistics + statisticOf(r, rows);
        Exponentials<T> all = {-static_cast<T>(INFINITY), 0};
        if (given) {
            all = {*statistic, 1};
        } else {
            for (int j = lane; j < row.end; j += 32) {
                all.add(row.score(x[j], j));
            }
            for (int half = 16; half > 0; half /= 2) {
                // Both first: what is sent must be what the other lane has before it merges.
                T most = __shfl_xor_sync(ALL, all.most, half);
                T sum = __shfl_xor_sync(ALL, all.sum, half);
                all.merge(most, sum);
            }
            if (lane == 0) {
                *statistic = all.most == -static_cast<T>(INFINITY) && all.sum == 0 ? all.most : all.most + log(all.sum);
            }
        }
        bool none = all.most == -static_cast<T>(INFINITY) && (given || all.sum == 0);
        T share = none ? T(0) : 1 / all.sum;
        for (int j = lane; j < rows.keys; j += 32) {
            x[j] = none ? T(0) : exp(row.score(x[j], j) - all.most) * share;
        }
    }
}

#define PROBABILITIES(suffix, T)                                                                                   \
    KERNEL_OF(ATTENTION_THREADS, attention_probabilities_##suffix, T *scores, T *statistics,                       \
            const unsigned char *may, const T *added, VIEW view, long long step, int causal, IN_PLACE(Rows) rows,  \
            double scale, int given, long long count) {                                                            \
        Mask<T> mask = {may, added, step, causal};                                                                 \
        probabilities(scores, statistics, mask, view, rows, scale, given, count);                                  \
    }
EACH_FLOAT(PROBABILITIES)

// With p from scores and statistics, and slopes of p: scores become p, slopes become p (slope - sum(p slope)), those of the
// masked and scaled scores.
template <typename T>
static __device__ void slopes(T *scores, T *slopes, const T *statistics, const Mask<T> &mask, const View &view,
        const Rows &rows, double scale, long long count) {
    constexpr unsigned ALL = 0xffffffffu;
    int lane = threadIdx.x % 32;
    for (long long r = (static_cast<long long>(blockIdx.x) * blockDim.x + threadIdx.x) / 32; r < count;
            r += static_cast<long long>(gridDim.x) * blockDim.x / 32) {
        Row<T> row = rowOf(r, mask, view, rows, scale);
        T *p = scores + r * rows.keys;
        T *d = slopes + r * rows.keys;
        T statistic = statistics[statisticOf(r, rows)];
        bool none = statistic == -static_cast<T>(INFINITY);
        T mean = 0;
        for (int j = lane; j < rows.keys; j += 32) {
            T share = none ? T(0) : exp(row.score(p[j], j) - statistic);
            p[j] = share;
            mean = fma(share, d[j], mean);
        }
        for (int half = 16; half > 0; half /= 2) {
            mean += __shfl_xor_sync(ALL, mean, half);
        }
        for (int j = lane; j < rows.keys; j += 32) {
            d[j] = p[j] * (d[j] - mean);
        }
    }
}

#define SLOPES(suffix, T)                                                                                          \
    KERNEL_OF(ATTENTION_THREADS, attention_slopes_##suffix, T *scores, T *slope, const T *statistics,              \
            const unsigned char *may, const T *added, VIEW view, long long step, int causal, IN_PLACE(Rows) rows,  \
            double scale, long long count) {                                                                       \
        Mask<T> mask = {may, added, step, causal};                                                                 \
        slopes(scores, slope, statistics, mask, view, rows, scale, count);                                         \
    }
EACH_FLOAT(SLOPES)
