// Fills, and copies between strides and element types.

#include "lrp4j.cuh"

template <typename T>
static __device__ void fill(T *y, double value, long long cells) {
    FOR_CELLS(i, cells) {
        y[i] = static_cast<T>(value);
    }
}

#define FILL(suffix, T) \
    KERNEL(fill_##suffix, T *y, double value, long long cells) { fill(y, value, cells); }
EACH_TYPE(FILL)

// y[view 0] = x[view 1], bytes as they are.
template <typename T>
static __device__ void copy(T *y, const T *x, const View &view, long long cells) {
    FOR_CELLS(i, cells) {
        Offsets<2> at = offsets<2>(view, i);
        y[at[0]] = x[at[1]];
    }
}

#define COPY(suffix, T) \
    KERNEL(copy_##suffix, T *y, const T *x, VIEW view, long long cells) { copy(y, x, view, cells); }
EACH_TYPE(COPY)
