// Products of matrices where no library makes them: c_b = alpha op(a_b) op(b_b) + beta c_b, row-major.
//
// A block makes a tile of 64 x 64 numbers of c, a thread 4 x 4 of them; tiles of op(a) and op(b), 16 deep, pass through shared
// memory. Every number is the sum over k in order, whatever the grid.

#include "lrp4j.cuh"

#define TILE 64
#define STEP 16
#define EACH 4
#define PRODUCT_THREADS 256

// Sizes, distances of rows as they lie in memory, and whether op transposes.
struct Product {
    int m, n, k, lda, ldb, ldc, transposesA, transposesB;
};

// slice [STEP, TILE]: line `first + i` of a matrix of `lines` lines, at depths `deep` .. of `depth`; zero outside. The matrix has
// its lines in rows of memory, or in columns.
template <typename T>
static __device__ void load(T slice[STEP][TILE + 1], const T *from, int lead, bool isInColumns, int first, int lines, int deep,
        int depth) {
    for (int cell = threadIdx.x; cell < STEP * TILE; cell += PRODUCT_THREADS) {
        // Neighbouring threads read neighbours.
        int line = isInColumns ? cell % TILE : cell / STEP;
        int at = isInColumns ? cell / TILE : cell % STEP;
        bool isInside = first + line < lines && deep + at < depth;
        long long place = isInColumns ? static_cast<long long>(deep + at) * lead + first + line
                                      : static_cast<long long>(first + line) * lead + deep + at;
        slice[at][line] = isInside ? from[place] : T(0);
    }
}

template <typename T>
static __device__ void product(T *c, const T *a, const T *b, const Product &p, long long strideA, long long strideB,
        long long strideC, double alpha, double beta, int batch) {
    __shared__ T left[STEP][TILE + 1];
    __shared__ T right[STEP][TILE + 1];
    int across = (p.n + TILE - 1) / TILE;
    int row = static_cast<int>(blockIdx.x) / across * TILE;
    int column = static_cast<int>(blockIdx.x) % across * TILE;
    int ownRow = threadIdx.x / (TILE / EACH);
    int ownColumn = threadIdx.x % (TILE / EACH);
    for (long long which = blockIdx.y; which < batch; which += gridDim.y) {
        T sums[EACH][EACH];
        for (int i = 0; i < EACH; i++) {
            for (int j = 0; j < EACH; j++) {
                sums[i][j] = T(0);
            }
        }
        for (int deep = 0; deep < p.k; deep += STEP) {
            load(left, a + which * strideA, p.lda, p.transposesA != 0, row, p.m, deep, p.k);
            load(right, b + which * strideB, p.ldb, p.transposesB == 0, column, p.n, deep, p.k);
            __syncthreads();
            for (int at = 0; at < STEP; at++) {
                T x[EACH], y[EACH];
                for (int i = 0; i < EACH; i++) {
                    x[i] = left[at][ownRow + i * (TILE / EACH)];
                    y[i] = right[at][ownColumn + i * (TILE / EACH)];
                }
                for (int i = 0; i < EACH; i++) {
                    for (int j = 0; j < EACH; j++) {
                        sums[i][j] = fma(x[i], y[j], sums[i][j]);
                    }
                }
            }
            __syncthreads();
        }
        for (int i = 0; i < EACH; i++) {
            for (int j = 0; j < EACH; j++) {
                int r = row + ownRow + i * (TILE / EACH);
                int s = column + ownColumn + j * (TILE / EACH);
                if (r < p.m && s < p.n) {
                    T *cell = c + which * strideC + static_cast<long long>(r) * p.ldc + s;
                    T value = static_cast<T>(alpha) * sums[i][j];
                    *cell = beta == 0 ? value : value + static_cast<T>(beta) * *cell;
                }
            }
        }
    }
}

#define PRODUCT(suffix, T)                                                                                             \
    KERNEL_OF(PRODUCT_THREADS, product_##suffix, T *c, const T *a, const T *b, IN_PLACE(Product) p, long long strideA,   \
            long long strideB, long long strideC, double alpha, double beta, int batch) {                              \
        product(c, a, b, p, strideA, strideB, strideC, alpha, beta, batch);                                            \
    }
EACH_FLOAT(PRODUCT)
