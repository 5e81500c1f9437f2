// Elements chosen by index, and the adjoints.
//
// An index that was computed on the device is looked at there before it is used (outside_i64); indices here are in range, and
// negative ones count from the end.

#include "lrp4j.cuh"

// found = 1 if a number is below low or above high. Any number of threads may write the same 1.
KERNEL(outside_i64, int *found, const long long *x, VIEW view, long long low, long long high, long long cells) {
    FOR_CELLS(i, cells) {
        long long value = x[offset(view, i)];
        if (value < low || value > high) {
            *found = 1;
        }
    }
}

// y[i] = x at index[i]: the view's operands are the index, and x where it is not indexed (distance 0 along that dimension).
template <typename T>
static __device__ void gather(T *y, const T *x, const long long *index, const View &view, long long step, long long size,
        long long cells) {
    FOR_CELLS(i, cells) {
        Offsets<2> at = offsets<2>(view, i);
        long long place = index[at[0]];
        y[i] = x[at[1] + (place < 0 ? place + size : place) * step];
    }
}

#define GATHER(suffix, T)                                                                                     \
    KERNEL(gather_##suffix, T *y, const T *x, const long long *index, VIEW view, long long step, long long size, \
            long long cells) {                                                                                \
        gather(y, x, index, view, step, size, cells);                                                         \
    }
GATHER(b1, unsigned char)
GATHER(b4, unsigned)
GATHER(b8, unsigned long long)

// y at index[i] += source[i] along lanes (the view's operands: y, index, source), in the order of i, without atomics: the same
// bits each time. `parts` threads share a lane, and each adds what goes to its own cells, those whose number it is modulo parts;
// so it reads every index of the lane, which are few bytes that all threads of a warp read at once where lanes share the index.
// Neighbouring threads take neighbouring lanes.
template <typename T>
static __device__ void scatterAdd(T *y, const long long *index, const T *source, const View &outer, long long lanes,
        long long length, long long size, long long yStep, long long indexStep, long long sourceStep, long long parts) {
    FOR_CELLS(thread, lanes * parts) {
        long long lane = thread % lanes;
        long long part = thread / lanes;
        Offsets<3> at = offsets<3>(outer, lane);
        for (long long i = 0; i < length; i++) {
            long long place = index[at[1] + i * indexStep];
            place = place < 0 ? place + size : place;
            if ((place & (parts - 1)) == part) { // parts is a power of two
                y[at[0] + place * yStep] += source[at[2] + i * sourceStep];
            }
        }
    }
}

#define SCATTER_ADD(suffix, T)                                                                                 \
    KERNEL(scatter_add_##suffix, T *y, const long long *index, const T *source, VIEW outer, long long lanes,   \
            long long length, long long size, long long yStep, long long indexStep, long long sourceStep,      \
            long long parts) {                                                                                 \
        scatterAdd(y, index, source, outer, lanes, length, size, yStep, indexStep, sourceStep, parts);         \
    }
EACH_FLOAT(SCATTER_ADD)
SCATTER_ADD(i64, long long)
