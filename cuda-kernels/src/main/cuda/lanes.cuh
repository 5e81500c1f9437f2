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
//
// Up to 16 threads each fold what every 16th thread of the lane has found, then every thread folds these 16: as quick as a tree
// of eight levels, with two barriers instead of eight.
template <typename A, typename F>
static __device__ __forceinline__ A combined(A mine, const Tile &tile, A *shared, F merge) {
    constexpr int FOLDERS = 16;
    if (tile.parts == 1) {
        return mine;
    }
    int thread = static_cast<int>(threadIdx.x);
    __syncthreads(); // Others may still read what was combined before.
    shared[thread] = mine;
    __syncthreads();
    if (tile.parts > FOLDERS) {
        if (tile.part < FOLDERS) {
            for (int part = tile.part + FOLDERS; part < tile.parts; part += FOLDERS) {
                mine = merge(mine, shared[thread + (part - tile.part) * tile.step]);
            }
            shared[thread] = mine;
        }
        __syncthreads();
    }
    int first = thread - tile.part * tile.step;
    A all = shared[first];
    for (int part = 1; part < (tile.parts < FOLDERS ? tile.parts : FOLDERS); part++) {
        all = merge(all, shared[first + part * tile.step]);
    }
    return all;
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
