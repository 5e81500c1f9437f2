// How a block shares lanes: runs of numbers that are folded into one, as the rows or columns of a matrix.
//
// A block takes `width` lanes at a time, and each lane is shared by `parts` threads. Where the numbers of one lane are
// neighbours in memory (rows), neighbouring threads take neighbouring numbers of one lane; where the lanes are (columns,
// "across"), neighbouring threads take the same number of neighbouring lanes. Either way a warp reads whole lines of memory.
// What the threads of a lane found is combined in shared memory in an order that the sizes alone decide: the same numbers give
// the same bits each time.

#ifndef LRP4J_LANES_CUH
#define LRP4J_LANES_CUH

#include "lrp4j.cuh"

// Threads of a block, and so the numbers that shared memory holds.
#define LANE_THREADS 256

struct Tile {
    int lane;  // of this block's
    int part;  // of the threads of that lane
    int parts;
    int step;  // from a thread to the next one of the same lane
};

static __device__ __forceinline__ Tile tileOf(int width, int across) {
    int thread = static_cast<int>(threadIdx.x);
    int parts = static_cast<int>(blockDim.x) / width;
    Tile tile;
    tile.lane = across ? thread % width : thread / parts;
    tile.part = across ? thread / width : thread % parts;
    tile.parts = parts;
    tile.step = across ? width : 1;
    return tile;
}

// merge over the threads of a lane, for each of them. All threads of the block take part.
template <typename A, typename F>
static __device__ __forceinline__ A combined(A mine, const Tile &tile, A *shared, F merge) {
    int thread = static_cast<int>(threadIdx.x);
    __syncthreads(); // Others may still read what was combined before.
    shared[thread] = mine;
    for (int half = tile.parts / 2; half > 0; half /= 2) {
        __syncthreads();
        if (tile.part < half) {
            shared[thread] = merge(shared[thread], shared[thread + half * tile.step]);
        }
    }
    __syncthreads();
    return shared[thread - tile.part * tile.step];
}

struct Sum {
    template <typename A>
    __device__ __forceinline__ A operator()(A a, A b) const { return a + b; }
};

// NaN wins.
struct Largest {
    template <typename A>
    __device__ __forceinline__ A operator()(A a, A b) const { return a != a || a > b ? a : b; }
};

// Every block takes tiles of lanes, so that all threads of a block go round equally often.
#define FOR_TILES(first, width, lanes)                                                                  \
    for (long long first = static_cast<long long>(blockIdx.x) * (width); first < (lanes);               \
            first += static_cast<long long>(gridDim.x) * (width))

#endif
