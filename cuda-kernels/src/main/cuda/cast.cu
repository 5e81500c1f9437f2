// Numbers of one type as another.

#include "lrp4j.cuh"

// The types that numbers are converted from, as CudaLayout numbers them.
enum Source { SOURCE_F64, SOURCE_F32, SOURCE_I64, SOURCE_I32, SOURCE_I8, SOURCE_U8 };

// Real numbers become integers as in Java: towards zero, at most the largest, and 0 for NaN.
static __device__ __forceinline__ long long truncated(double x) {
    return x != x ? 0
            : x >= 9223372036854775808.0 ? 0x7fffffffffffffffLL
            : x < -9223372036854775808.0 ? -0x7fffffffffffffffLL - 1 : static_cast<long long>(x);
}

struct ToReal {
    template <typename T, typename S>
    static __device__ __forceinline__ T of(S x) { return static_cast<T>(x); }
};

struct ToInteger {
    template <typename T>
    static __device__ __forceinline__ T of(double x) { return static_cast<T>(truncated(x)); }
    template <typename T>
    static __device__ __forceinline__ T of(long long x) { return static_cast<T>(x); }
};

// By way of int, as the reference does.
struct ToByte {
    template <typename T>
    static __device__ __forceinline__ T of(long long x) {
        return static_cast<T>(x > 0x7fffffffLL ? 0x7fffffffLL : x < -0x80000000LL ? -0x80000000LL : x);
    }
    template <typename T>
    static __device__ __forceinline__ T of(double x) { return of<T>(truncated(x)); }
};

struct ToBool {
    template <typename T, typename S>
    static __device__ __forceinline__ T of(S x) { return x != 0 ? 1 : 0; }
};

template <typename To, typename T>
static __device__ __forceinline__ void convert(T *y, const void *x, int source, const View &view, long long cells) {
    FOR_CELLS(i, cells) {
        long long at = offset(view, i);
        switch (source) {
            case SOURCE_F64: y[i] = To::template of<T>(static_cast<const double *>(x)[at]); break;
            case SOURCE_F32: y[i] = To::template of<T>(double(static_cast<const float *>(x)[at])); break;
            case SOURCE_I64: y[i] = To::template of<T>(static_cast<const long long *>(x)[at]); break;
            case SOURCE_I32: y[i] = To::template of<T>((long long) static_cast<const int *>(x)[at]); break;
            case SOURCE_I8: y[i] = To::template of<T>((long long) static_cast<const signed char *>(x)[at]); break;
            default: y[i] = To::template of<T>((long long) static_cast<const unsigned char *>(x)[at]); break;
        }
    }
}

#define CONVERT(suffix, To, T)                                                                        \
    KERNEL(cast_##suffix, T *y, const void *x, VIEW view, int source, long long cells) {              \
        convert<To>(y, x, source, view, cells);                                                       \
    }
CONVERT(f64, ToReal, double)
CONVERT(f32, ToReal, float)
CONVERT(i64, ToInteger, long long)
CONVERT(i32, ToInteger, int)
CONVERT(i8, ToByte, signed char)
CONVERT(u8, ToByte, unsigned char)
CONVERT(bool, ToBool, unsigned char)
