// How a window walks over up to three spatial dimensions; fewer are three with leading sizes of 1.

#ifndef GEOMETRY_CUH
#define GEOMETRY_CUH

#include "lrp4j.cuh"

struct Geometry {
    int in[3], out[3], kernel[3], stride[3], padding[3], dilation[3];

    __device__ __forceinline__ int taps() const { return kernel[0] * kernel[1] * kernel[2]; }
    __device__ __forceinline__ long long inPlane() const { return static_cast<long long>(in[0]) * in[1] * in[2]; }
    __device__ __forceinline__ long long outPlane() const { return static_cast<long long>(out[0]) * out[1] * out[2]; }

    // The input that output o sees through tap k along dimension d; outside of 0 .. in - 1 in the padding.
    __device__ __forceinline__ int inputOf(int d, int o, int k) const {
        return o * stride[d] - padding[d] + k * dilation[d];
    }

    // The output that sees input i through tap k, or -1 for none.
    __device__ __forceinline__ int outputOf(int d, int i, int k) const {
        int shifted = i + padding[d] - k * dilation[d];
        if (stride[d] == 1) {
            return shifted < out[d] ? shifted : -1;
        }
        return shifted >= 0 && shifted % stride[d] == 0 && shifted / stride[d] < out[d] ? shifted / stride[d] : -1;
    }

    __device__ __forceinline__ bool isInside(int d, int i) const { return i >= 0 && i < in[d]; }
};

#define GEOMETRY IN_PLACE(Geometry)

// A place in a row-major box of three dimensions.
struct Place {
    int at[3];
};

// number / size and the rest. A division of 64 bits takes several times as long as one of 32.
static __device__ __forceinline__ long long divided(long long number, int size, int &rest) {
    if (number <= 0xffffffffLL) {
        unsigned quotient = static_cast<unsigned>(number) / static_cast<unsigned>(size);
        rest = static_cast<int>(static_cast<unsigned>(number) - quotient * static_cast<unsigned>(size));
        return quotient;
    }
    long long quotient = number / size;
    rest = static_cast<int>(number - quotient * size);
    return quotient;
}

// Takes the place apart from a row-major number, and gives what is left: which box it is.
static __device__ __forceinline__ long long placeOf(long long number, const int *size, Place &place) {
    for (int d = 2; d > 0; d--) {
        number = size[d] == 1 ? number : divided(number, size[d], place.at[d]);
        place.at[d] = size[d] == 1 ? 0 : place.at[d];
    }
    if (size[0] == 1) {
        place.at[0] = 0;
        return number;
    }
    return divided(number, size[0], place.at[0]);
}

#endif
