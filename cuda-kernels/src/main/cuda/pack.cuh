// Loads and stores of 16 bytes, what a thread moves at a time where numbers lie side by side.

#ifndef PACK_CUH
#define PACK_CUH

#include "lrp4j.cuh"

// N neighbours, loaded and stored at once.
template <typename T, int N>
struct alignas(N * sizeof(T)) Pack {
    T at[N];
};

template <int N, typename T>
static __device__ __forceinline__ bool startsPack(const T *x) {
    return reinterpret_cast<unsigned long long>(x) % sizeof(Pack<T, N>) == 0;
}

template <int N, typename T>
static __device__ __forceinline__ Pack<T, N> load(const T *x, long long pack) {
    return reinterpret_cast<const Pack<T, N> *>(x)[pack];
}

template <int N, typename T>
static __device__ __forceinline__ void store(T *y, long long pack, const Pack<T, N> &values) {
    reinterpret_cast<Pack<T, N> *>(y)[pack] = values;
}

// How many elements of the widest operand are 16 bytes.
template <typename T>
static constexpr int PACKED = 16 / sizeof(T);

#endif
