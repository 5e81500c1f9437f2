// What rules of relevance need around a product, in one pass over memory.

#include "pack.cuh"
#include "unary.cuh"

// positive = max(x, 0), negative = min(x, 0); x is read once for both.
template <typename T>
static __device__ void signSplit(T *positive, T *negative, const T *x, const View &view, int flat, long long cells) {
    constexpr int N = PACKED<T>;
    bool packed = flat && startsPack<N>(positive) && startsPack<N>(negative) && startsPack<N>(x);
    long long packs = packed ? cells / N : 0;
    FOR_CELLS(p, packs) {
        Pack<T, N> values = load<N>(x, p);
        Pack<T, N> above, below;
#pragma unroll
        for (int k = 0; k < N; k++) {
            above.at[k] = larger(values.at[k], T(0));
            below.at[k] = smaller(values.at[k], T(0));
        }
        store<N>(positive, p, above);
        store<N>(negative, p, below);
    }
    FOR_CELLS(rest, cells - packs * N) {
        long long i = packs * N + rest;
        T value = x[flat ? i : offset(view, i)];
        positive[i] = larger(value, T(0));
        negative[i] = smaller(value, T(0));
    }
}

#define SIGN_SPLIT(suffix, T)                                                                                      \
    KERNEL(sign_split_##suffix, T *positive, T *negative, const T *x, VIEW view, int flat, long long cells) {      \
        signSplit(positive, negative, x, view, flat, cells);                                                       \
    }
EACH_FLOAT(SIGN_SPLIT)
