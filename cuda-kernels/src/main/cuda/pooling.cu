// Windows of [N, C, in...] folded to one number each, and the adjoints. A plane is one channel of one sample.
//
// Every number is written by one thread (one warp), which walks over what it depends on in row-major order: an output over its
// window, an input over the windows that see it. No two threads add to the same number.

#include "geometry.cuh"

struct Windows {
    Geometry g;
    // Windows floor(o in / out) .. ceil((o + 1) in / out) instead of kernel, stride and padding.
    int adaptive;
    // Whether the divisor of an average counts padding.
    int countsPadding;
};

// Cells from, from + step, ... before to.
struct Range {
    int from, to, step;
};

// What output o sees along dimension d.
static __device__ __forceinline__ Range windowOf(const Windows &w, int d, int o) {
    const Geometry &g = w.g;
    if (w.adaptive) {
        long long in = g.in[d];
        return {static_cast<int>(o * in / g.out[d]), static_cast<int>(((o + 1) * in + g.out[d] - 1) / g.out[d]), 1};
    }
    int start = o * g.stride[d] - g.padding[d];
    int step = g.dilation[d];
    int end = start + step * (g.kernel[d] - 1) + 1;
    int from = start < 0 ? start + (-start + step - 1) / step * step : start;
    return {from, end < g.in[d] ? end : g.in[d], step};
}

// What a window contributes to the divisor of an average.
static __device__ __forceinline__ int extentOf(const Windows &w, int d, int o) {
    const Geometry &g = w.g;
    if (w.adaptive || !w.countsPadding) {
        Range window = windowOf(w, d, o);
        return window.to - window.from;
    }
    int start = o * g.stride[d] - g.padding[d];
    int end = start + g.kernel[d];
    int most = g.in[d] + g.padding[d];
    return (end < most ? end : most) - start;
}

// The outputs whose windows have input i; windows without dilation.
static __device__ __forceinline__ Range seenBy(const Windows &w, int d, int i) {
    const Geometry &g = w.g;
    if (w.adaptive) {
        long long out = g.out[d];
        return {static_cast<int>(i * out / g.in[d]), static_cast<int>(((i + 1) * out + g.in[d] - 1) / g.in[d]), 1};
    }
    int first = i + g.padding[d] - g.kernel[d] + 1;
    int end = (i + g.padding[d]) / g.stride[d] + 1;
    return {first <= 0 ? 0 : (first + g.stride[d] - 1) / g.stride[d], end < g.out[d] ? end : g.out[d], 1};
}

#define WINDOWS IN_PLACE(Windows)

// ---- largest ----

// The first largest number of each window, or its first NaN, and where it lies in its plane.
template <typename T>
static __device__ void maxPool(T *y, int *indices, const T *x, const Windows &w, long long cells) {
    const Geometry &g = w.g;
    FOR_CELLS(cell, cells) {
        Place o;
        long long plane = placeOf(cell, g.out, o);
        const T *from = x + plane * g.inPlane();
        Range depth = windowOf(w, 0, o.at[0]);
        Range height = windowOf(w, 1, o.at[1]);
        Range width = windowOf(w, 2, o.at[2]);
        T best = 0;
        int index = -1;
        for (int d = depth.from; d < depth.to; d += depth.step) {
            for (int h = height.from; h < height.to; h += height.step) {
                int row = (d * g.in[1] + h) * g.in[2];
                for (int i = width.from; i < width.to; i += width.step) {
                    T value = from[row + i];
                    if (index < 0 || (best == best && (value > best || value != value))) {
                        best = value;
                        index = row + i;
                    }
                }
            }
        }
        y[cell] = best;
        indices[cell] = index;
    }
}

#define MAX_POOL(suffix, T)                                                                            \
    KERNEL(max_pool_##suffix, T *y, int *indices, const T *x, WINDOWS windows, long long cells) {      \
        maxPool(y, indices, x, windows, cells);                                                        \
    }
EACH_FLOAT(MAX_POOL)

// ---- at indices ----

// y = x at the position that each index names in its plane; numbers are only moved.
template <typename T>
static __device__ void planeGather(T *y, const T *x, const int *indices, int perPlane, long long plane, long long cells) {
    FOR_CELLS(cell, cells) {
        int unused;
        y[cell] = x[divided(cell, perPlane, unused) * plane + indices[cell]];
    }
}

#define PLANE_GATHER(suffix, T)                                                                                    \
    KERNEL(plane_gather_##suffix, T *y, const T *x, const int *indices, int perPlane, long long plane,             \
            long long cells) {                                                                                     \
        planeGather(y, x, indices, perPlane, plane, cells);                                                        \
    }
PLANE_GATHER(b1, unsigned char)
PLANE_GATHER(b4, unsigned)
PLANE_GATHER(b8, unsigned long long)

// Cells of a plane that a warp owns, and warps of a block.
#define SCATTER_CELLS 1024
#define SCATTER_WARPS 4

// y = g added, in the order of g, at its index in a plane of zeros.
//
// A warp owns a tile of a plane, which it keeps in shared memory, and walks over all indices of that plane, 32 at a time; it
// adds those that fall into its tile. Lanes that meet at one cell are found without atomics: each signs the cell, and all but one
// read another's signature. These few steps are done lane by lane, so that the order of additions is always that of g.
template <typename T>
static __device__ void planeScatter(T *y, const T *g, const int *indices, int perPlane, int plane, int tiles,
        long long tasks, T *shared) {
    constexpr unsigned ALL = 0xffffffffu;
    int lane = threadIdx.x % 32;
    int warp = threadIdx.x / 32;
    long long task = static_cast<long long>(blockIdx.x) * SCATTER_WARPS + warp;
    if (task >= tasks) {
        return;
    }
    T *sums = shared + warp * SCATTER_CELLS;
    unsigned char *signatures = reinterpret_cast<unsigned char *>(shared + SCATTER_WARPS * SCATTER_CELLS)
            + warp * SCATTER_CELLS;
    int tile;
    long long number = divided(task, tiles, tile);
    int start = tile * SCATTER_CELLS;
    int cells = plane - start < SCATTER_CELLS ? plane - start : SCATTER_CELLS;
    for (int cell = lane; cell < cells; cell += 32) {
        sums[cell] = 0;
    }
    __syncwarp();
    const int *places = indices + number * perPlane;
    const T *terms = g + number * perPlane;
    for (int first = 0; first < perPlane; first += 32) {
        int i = first + lane;
        int cell = i < perPlane ? places[i] - start : -1;
        bool mine = cell >= 0 && cell < cells;
        if (!__any_sync(ALL, mine)) {
            continue;
        }
        if (mine) {
            signatures[cell] = static_cast<unsigned char>(lane);
        }
        __syncwarp();
        bool meets = mine && signatures[cell] != lane;
        if (!__any_sync(ALL, meets)) {
            if (mine) {
                sums[cell] += terms[i];
            }
        } else {
            for (int turn = 0; turn < 32; turn++) {
                if (mine && turn == lane) {
                    sums[cell] += terms[i];
                }
                __syncwarp();
            }
        }
        __syncwarp();
    }
    T *to = y + number * plane + start;
    for (int cell = lane; cell < cells; cell += 32) {
        to[cell] = sums[cell];
    }
}

#define PLANE_SCATTER(suffix, T)                                                                                   \
    KERNEL_OF(32 * SCATTER_WARPS, plane_scatter_##suffix, T *y, const T *g, const int *indices, int perPlane,      \
            int plane, int tiles, long long tasks) {                                                               \
        SHARED(T, shared);                                                                                         \
        planeScatter(y, g, indices, perPlane, plane, tiles, tasks, shared);                                        \
    }
EACH_FLOAT(PLANE_SCATTER)
PLANE_SCATTER(i64, long long)

// ---- average ----

// The mean of each window. A window is one thread's (lanes = 1) or, where it is large, one warp's (lanes = 32).
template <typename T>
static __device__ void avgPool(T *y, const T *x, const Windows &w, int lanes, long long cells) {
    const Geometry &g = w.g;
    int lane = lanes == 1 ? 0 : static_cast<int>(threadIdx.x % 32);
    // All lanes of a warp have the same cell, so that they end at the same time.
    FOR_CELLS(thread, cells * lanes) {
        long long cell = thread / lanes;
        Place o;
        long long plane = placeOf(cell, g.out, o);
        const T *from = x + plane * g.inPlane();
        Range depth = windowOf(w, 0, o.at[0]);
        Range height = windowOf(w, 1, o.at[1]);
        Range width = windowOf(w, 2, o.at[2]);
        int columns = width.to - width.from;
        T sum = 0;
        for (int d = depth.from; d < depth.to; d++) {
            if (lanes == 1) {
                for (int h = height.from; h < height.to; h++) {
                    const T *row = from + (static_cast<long long>(d) * g.in[1] + h) * g.in[2] + width.from;
                    for (int i = 0; i < columns; i++) {
                        sum += row[i];
                    }
                }
            } else {
                for (int i = lane; i < columns * (height.to - height.from); i += 32) {
                    int h = height.from + i / columns;
                    sum += from[(static_cast<long long>(d) * g.in[1] + h) * g.in[2] + width.from + i % columns];
                }
            }
        }
        if (lanes > 1) {
            for (int half = 16; half > 0; half /= 2) {
                sum += __shfl_down_sync(0xffffffffu, sum, half);
            }
        }
        if (lane == 0) {
            T divisor = static_cast<T>(extentOf(w, 0, o.at[0])) * extentOf(w, 1, o.at[1]) * extentOf(w, 2, o.at[2]);
            y[cell] = sum / divisor;
        }
    }
}

#define AVG_POOL(suffix, T)                                                                        \
    KERNEL(avg_pool_##suffix, T *y, const T *x, WINDOWS windows, int lanes, long long cells) {     \
        avgPool(y, x, windows, lanes, cells);                                                      \
    }
EACH_FLOAT(AVG_POOL)

// Each input takes its part of every window that sees it.
template <typename T>
static __device__ void avgPoolAdjoint(T *x, const T *y, const Windows &w, long long cells) {
    const Geometry &g = w.g;
    FOR_CELLS(cell, cells) {
        Place i;
        long long plane = placeOf(cell, g.in, i);
        const T *from = y + plane * g.outPlane();
        Range depth = seenBy(w, 0, i.at[0]);
        Range height = seenBy(w, 1, i.at[1]);
        Range width = seenBy(w, 2, i.at[2]);
        T sum = 0;
        for (int d = depth.from; d < depth.to; d++) {
            for (int h = height.from; h < height.to; h++) {
                const T *row = from + (static_cast<long long>(d) * g.out[1] + h) * g.out[2];
                T rows = static_cast<T>(extentOf(w, 0, d)) * extentOf(w, 1, h);
                for (int o = width.from; o < width.to; o++) {
                    sum += row[o] / (rows * extentOf(w, 2, o));
                }
            }
        }
        x[cell] = sum;
    }
}

#define AVG_POOL_ADJOINT(suffix, T)                                                                \
    KERNEL(avg_pool_adjoint_##suffix, T *x, const T *y, WINDOWS windows, long long cells) {        \
        avgPoolAdjoint(x, y, windows, cells);                                                      \
    }
EACH_FLOAT(AVG_POOL_ADJOINT)
