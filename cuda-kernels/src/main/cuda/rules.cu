// What rules of relevance need of a tensor in two forms, both written in one pass over memory.

#include "pack.cuh"
#include "unary.cuh"

// Two results for a cell.
template <typename T>
struct Two {
    T first, second;
};

// (y, z) = f(a)
template <typename T, typename F>
static __device__ __forceinline__ void mapPair(T *y, T *z, const T *a, const View &view, int flat, long long cells, F f) {
    constexpr int N = PACKED<T>;
    bool packed = flat && startsPack<N>(y) && startsPack<N>(z) && startsPack<N>(a);
    long long packs = packed ? cells / N : 0;
    FOR_CELLS(p, packs) {
        Pack<T, N> values = load<N>(a, p);
        Pack<T, N> first, second;
#pragma unroll
        for (int k = 0; k < N; k++) {
            Two<T> result = f(values.at[k]);
            first.at[k] = result.first;
            second.at[k] = result.second;
        }
        store<N>(y, p, first);
        store<N>(z, p, second);
    }
    FOR_CELLS(rest, cells - packs * N) {
        long long i = packs * N + rest;
        Two<T> result = f(a[flat ? i : offset(view, i)]);
        y[i] = result.first;
        z[i] = result.second;
    }
}

// (y, z) = f(a, b, c)
template <typename T, typename F>
static __device__ __forceinline__ void mapPair(T *y, T *z, const T *a, const T *b, const T *c, const View &view, int flat,
        long long cells, F f) {
    constexpr int N = PACKED<T>;
    bool packed = flat && startsPack<N>(y) && startsPack<N>(z) && startsPack<N>(a) && startsPack<N>(b) && startsPack<N>(c);
    long long packs = packed ? cells / N : 0;
    FOR_CELLS(p, packs) {
        Pack<T, N> left = load<N>(a, p);
        Pack<T, N> middle = load<N>(b, p);
        Pack<T, N> right = load<N>(c, p);
        Pack<T, N> first, second;
#pragma unroll
        for (int k = 0; k < N; k++) {
            Two<T> result = f(left.at[k], middle.at[k], right.at[k]);
            first.at[k] = result.first;
            second.at[k] = result.second;
        }
        store<N>(y, p, first);
        store<N>(z, p, second);
    }
    FOR_CELLS(rest, cells - packs * N) {
        long long i = packs * N + rest;
        Offsets<3> at = flat ? Offsets<3>{{i, i, i}} : offsets<3>(view, i);
        Two<T> result = f(a[at[0]], b[at[1]], c[at[2]]);
        y[i] = result.first;
        z[i] = result.second;
    }
}

// max(x, 0) and min(x, 0)
#define SIGN_SPLIT(suffix, T)                                                                                      \
    KERNEL(sign_split_##suffix, T *positive, T *negative, const T *x, VIEW view, int flat, long long cells) {      \
        mapPair(positive, negative, x, view, flat, cells,                                                          \
                [](T value) { return Two<T>{larger(value, T(0)), smaller(value, T(0))}; });                        \
    }
EACH_FLOAT(SIGN_SPLIT)

// Kernels.gammaQuotients: s and t from r, z, m. wide = 1 + gamma / 2, narrow = gamma / 2.
template <typename T>
static __device__ __forceinline__ Two<T> gammaQuotients(T r, T z, T m, T wide, T narrow, T eps, int skipZero) {
    T u = z > 0 ? wide * z + narrow * m : wide * z - narrow * m;
    T quotient = skipZero && z == 0 ? T(0) : r / stabilized(u, eps);
    return Two<T>{quotient, z > 0 ? quotient : -quotient};
}

#define GAMMA(suffix, T)                                                                                            \
    KERNEL(gamma_quotients_##suffix, T *s, T *t, const T *r, const T *z, const T *m, VIEW view, int flat,           \
            double gamma, double eps, int skipZero, long long cells) {                                              \
        mapPair(s, t, r, z, m, view, flat, cells, [=](T relevance, T output, T size) {                              \
            return gammaQuotients(relevance, output, size, T(1 + gamma / 2), T(gamma / 2), T(eps), skipZero);       \
        });                                                                                                         \
    }
EACH_FLOAT(GAMMA)
