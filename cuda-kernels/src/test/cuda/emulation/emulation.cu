// Kernels that show what the host does in place of a GPU, right and wrong.

#include "lrp4j.cuh"

// y[block] = sum of x over the block, by a tree in dynamic shared memory.
KERNEL(tree_sum, double *y, const double *x, long long cells) {
    SHARED(double, sums);
    int t = threadIdx.x;
    long long i = static_cast<long long>(blockIdx.x) * blockDim.x + t;
    sums[t] = i < cells ? x[i] : 0;
    __syncthreads();
    for (int half = blockDim.x / 2; half > 0; half /= 2) {
        if (t < half) {
            sums[t] += sums[t + half];
        }
        __syncthreads();
    }
    if (t == 0) {
        y[blockIdx.x] = sums[0];
    }
}

// y[warp] = sum of x over the warp: xor, down, up and index shuffles.
KERNEL(warp_sums, float *y, const float *x) {
    int t = blockIdx.x * blockDim.x + threadIdx.x;
    float sum = x[t];
    for (int bit = 16; bit > 0; bit /= 2) {
        sum += __shfl_xor_sync(0xffffffffu, sum, bit);
    }
    float down = x[t];
    for (int delta = 16; delta > 0; delta /= 2) {
        down += __shfl_down_sync(0xffffffffu, down, delta);
    }
    down = __shfl_sync(0xffffffffu, down, 0);
    float before = __shfl_up_sync(0xffffffffu, x[t], 1);
    unsigned odd = __ballot_sync(0xffffffffu, t % 2 == 1);
    y[4 * t] = sum;
    y[4 * t + 1] = down;
    y[4 * t + 2] = before;
    y[4 * t + 3] = static_cast<float>(__popc(odd));
}

// Groups of 8 lanes, each for itself.
KERNEL(narrow_shuffles, int *y, const int *x) {
    int t = threadIdx.x;
    y[3 * t] = __shfl_sync(0xffffffffu, x[t], 3, 8);
    y[3 * t + 1] = __shfl_down_sync(0xffffffffu, x[t], 2, 8);
    y[3 * t + 2] = __shfl_xor_sync(0xffffffffu, x[t], 4, 8);
}

// y = x transposed, through a static tile: 32 x 32 threads' worth in blocks of 256.
KERNEL(transpose, float *y, const float *x, int rows, int columns) {
    __shared__ float tile[32][33];
    for (int r = threadIdx.x / 32; r < 32; r += blockDim.x / 32) {
        int row = blockIdx.y * 32 + r;
        int column = blockIdx.x * 32 + threadIdx.x % 32;
        if (row < rows && column < columns) {
            tile[r][threadIdx.x % 32] = x[static_cast<long long>(row) * columns + column];
        }
    }
    __syncthreads();
    for (int r = threadIdx.x / 32; r < 32; r += blockDim.x / 32) {
        int column = blockIdx.x * 32 + r;
        int row = blockIdx.y * 32 + threadIdx.x % 32;
        if (row < rows && column < columns) {
            y[static_cast<long long>(column) * rows + row] = tile[threadIdx.x % 32][r];
        }
    }
}

// Where each thread was, in the order of its number in the grid.
KERNEL(places, int *y) {
    long long block = blockIdx.x + static_cast<long long>(gridDim.x) * (blockIdx.y + gridDim.y * blockIdx.z);
    int *to = y + 4 * (block * blockDim.x + threadIdx.x);
    to[0] = blockIdx.x;
    to[1] = blockIdx.y;
    to[2] = blockIdx.z;
    to[3] = threadIdx.x;
}

struct Three {
    int a, b, c;
};

KERNEL(arguments, double *y, int i, long long l, double d, IN_PLACE(Three) three, VIEW view) {
    if (threadIdx.x == 0) {
        y[0] = i;
        y[1] = static_cast<double>(l);
        y[2] = d;
        y[3] = three.a * 100 + three.b * 10 + three.c;
        y[4] = view.rank;
        y[5] = static_cast<double>(offset(view, 5));
    }
}

// Every other thread leaves before the barrier.
KERNEL(leaves_before_barrier, float *y) {
    if (threadIdx.x % 2 == 0) {
        return;
    }
    __syncthreads();
    y[threadIdx.x] = 1;
}

// Two barriers that are not the same.
KERNEL(takes_two_barriers, float *y) {
    if (threadIdx.x < 32) {
        __syncthreads();
    } else {
        __syncthreads();
    }
    y[threadIdx.x] = 1;
}

// Half a warp asks for the whole of it.
KERNEL(shuffles_with_half_a_warp, float *y) {
    if (threadIdx.x < 16) {
        y[threadIdx.x] = __shfl_xor_sync(0xffffffffu, 1.0f, 1);
    }
}

KERNEL(reads_at, float *y, const float *x, long long at) {
    y[threadIdx.x] = x[at];
}

KERNEL(writes_at, float *y, long long at) {
    y[at] = 1;
}

// What a thread reads that nobody wrote.
KERNEL(reads_fresh_shared, float *y) {
    SHARED(float, values);
    y[threadIdx.x] = values[threadIdx.x];
}

// The number of the thread before; nothing says that this one has written it.
KERNEL(forgets_barrier, float *y) {
    SHARED(float, values);
    int t = threadIdx.x;
    values[t] = static_cast<float>(t);
    y[blockIdx.x * blockDim.x + t] = t == 0 ? 0 : values[t - 1];
}
