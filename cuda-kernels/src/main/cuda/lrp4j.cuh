// What every .cu file of this directory begins with.
//
// How to add a kernel
// -------------------
// 1. Write it as an inline function over the element type, in a .cu file that includes this header only:
//
//        template <typename T>
//        static __device__ void fill(T *y, double value, long long cells) {
//            FOR_CELLS(i, cells) {
//                y[i] = static_cast<T>(value);
//            }
//        }
//
// 2. Give it plain names, one per element type. KERNEL(name, parameters...) { body } is a __global__ function which the
//    PTX exports under exactly that name; EACH_FLOAT and its siblings repeat a macro per type:
//
//        #define FILL(suffix, T) KERNEL(fill_##suffix, T *y, double value, long long cells) { fill(y, value, cells); }
//        EACH_TYPE(FILL)
//
//    Names are unique over all files. Parameters are pointers, int, long long, double, VIEW, or structs of ints; scalars
//    travel as double whatever T is. Java passes them by Arguments in the same order.
//
// 3. Launch it: device.launch("fill_f32", Grid.over(cells), new Arguments().pointer(y).f64(value).i64(cells)).
//
// 4. Write the PTX that is checked in, here in cuda-kernels:
//
//        java src/generator/java/CompileKernels.java src/main/cuda src/main/resources/io/github/lrp4j/cuda
//
//    It is for compute capability 7.5 and later, and of version 8.0, which drivers of CUDA 12.0 and later take.
//
// The same file is compiled by g++ for the host, where lrp4j-host.h stands in for what nvcc knows by itself. It knows
// threadIdx, blockIdx, blockDim, gridDim, __syncthreads, __syncwarp, __shfl_sync, __shfl_xor_sync, __shfl_down_sync,
// __shfl_up_sync, __ballot_sync, __any_sync, __all_sync, __ldg, static __shared__ arrays, and the functions of math.h.
// Two things are written otherwise than in CUDA alone:
//
//   * dynamic shared memory, as many bytes as Grid says: SHARED(float, tile);   // float *tile
//   * barriers must be reached by all threads of a block: no return before a barrier. The host says so if not.
//
// Arithmetic is what the source says: multiplications and additions are not contracted (nvcc -fmad=false, g++
// -ffp-contract=off), so that both give the same bits. Where a fused multiply-add is wanted, as in the inner loop of a
// product, write fma(a, b, c), which has an overload per type.

#ifndef LRP4J_CUH
#define LRP4J_CUH

#ifdef __CUDACC__

#define KERNEL(name, ...) extern "C" __global__ void name(__VA_ARGS__)

// With a promise that blocks have at most as many threads, which leaves each more registers.
#define KERNEL_OF(threads, name, ...) extern "C" __global__ void __launch_bounds__(threads) name(__VA_ARGS__)

// The type of a parameter that stays where the launch put it, and is not copied per thread.
#define IN_PLACE(type) const __grid_constant__ type

#define SHARED(T, name)                                                        \
    extern __shared__ __align__(16) unsigned char lrp4j_shared[];              \
    T *name = reinterpret_cast<T *>(lrp4j_shared)

#else
#include "lrp4j-host.h"
#endif

// X(suffix, T) for each type; the suffix is the name of lrp4j's element type.
#define EACH_FLOAT(X) X(f32, float) X(f64, double)
#define EACH_NUMBER(X) EACH_FLOAT(X) X(i64, long long) X(i32, int)
// BOOL is u8: 0 or 1 in a byte.
#define EACH_TYPE(X) EACH_NUMBER(X) X(u8, unsigned char) X(i8, signed char)

// Cells 0 .. count - 1, shared among all threads of a grid that has one dimension.
#define FOR_CELLS(i, count)                                                                            \
    for (long long i = static_cast<long long>(blockIdx.x) * blockDim.x + threadIdx.x; i < (count);     \
            i += static_cast<long long>(gridDim.x) * blockDim.x)

// How a kernel finds the elements of up to four operands that walk over the same shape in row-major order.
struct View {
    int rank;
    int pad;
    long long size[8];
    long long stride[4][8];
};

// A view as a kernel's parameter. A kernel's struct of its own is one in the same way: IN_PLACE(Window) window.
#define VIEW IN_PLACE(View)

// Where a cell lies in each of N operands.
template <int N>
struct Offsets {
    long long at[N];

    __device__ long long operator[](int operand) const { return at[operand]; }
};

// Offsets of a row-major cell number in the first N operands.
template <int N>
static __device__ __forceinline__ Offsets<N> offsets(const View &view, long long cell) {
    Offsets<N> result;
    for (int o = 0; o < N; o++) {
        result.at[o] = 0;
    }
#pragma unroll 1
    for (int d = view.rank - 1; d >= 0; d--) {
        long long size = view.size[d];
        long long index;
        if (d == 0 || cell < size) {
            index = cell;
            cell = 0;
        } else if (cell <= 0xffffffffLL) {
            // A division of 64 bits takes several times as long.
            unsigned rest = static_cast<unsigned>(cell);
            unsigned quotient = rest / static_cast<unsigned>(size);
            index = rest - quotient * static_cast<unsigned>(size);
            cell = quotient;
        } else {
            long long quotient = cell / size;
            index = cell - quotient * size;
            cell = quotient;
        }
        for (int o = 0; o < N; o++) {
            result.at[o] += index * view.stride[o][d];
        }
    }
    return result;
}

static __device__ __forceinline__ long long offset(const View &view, long long cell) {
    return offsets<1>(view, cell)[0];
}

#endif
