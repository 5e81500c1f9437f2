// What lrp4j calls of cuBLAS, on the host: column-major, with the types of cuBLAS's own declarations. MAJOR is its version.

#include <cstddef>
#include <cstring>

struct cublasContext {
    void *stream;
    int mathMode;
};
typedef cublasContext *cublasHandle_t;

namespace {

int living = 0;
cublasContext last = {};

template <typename T>
int gemm(cublasHandle_t handle, int transa, int transb, int m, int n, int k, const T *alpha, const T *a, int lda,
        long long strideA, const T *b, int ldb, long long strideB, const T *beta, T *c, int ldc, long long strideC, int batch) {
    if (handle == nullptr) {
        return 1;
    }
    if (m < 0 || n < 0 || k < 0 || batch < 0 || lda < (transa ? k : m) || ldb < (transb ? n : k) || ldc < m) {
        return 7;
    }
    last = *handle;
    for (int p = 0; p < batch; p++) {
        const T *left = a + p * strideA;
        const T *right = b + p * strideB;
        T *to = c + p * strideC;
        for (int j = 0; j < n; j++) {
            for (int i = 0; i < m; i++) {
                T sum = 0;
                for (int l = 0; l < k; l++) {
                    T x = transa ? left[l + static_cast<std::size_t>(i) * lda] : left[i + static_cast<std::size_t>(l) * lda];
                    T y = transb ? right[j + static_cast<std::size_t>(l) * ldb] : right[l + static_cast<std::size_t>(j) * ldb];
                    sum += x * y;
                }
                T *cell = to + i + static_cast<std::size_t>(j) * ldc;
                *cell = *beta == 0 ? *alpha * sum : *alpha * sum + *beta * *cell;
            }
        }
    }
    return 0;
}

} // namespace

extern "C" {

int cublasGetProperty(int type, int *value) {
    const int version[] = {MAJOR, 3, 1};
    *value = version[type];
    return 0;
}

int cublasCreate_v2(cublasHandle_t *handle) {
    living++;
    *handle = new cublasContext{};
    return 0;
}

int cublasDestroy_v2(cublasHandle_t handle) {
    living--;
    delete handle;
    return 0;
}

int cublasSetStream_v2(cublasHandle_t handle, void *stream) {
    handle->stream = stream;
    return 0;
}

int cublasSetMathMode(cublasHandle_t handle, int mode) {
    if (mode != 0 && mode != 3) {
        return 7;
    }
    handle->mathMode = mode;
    return 0;
}

int cublasSgemmStridedBatched(cublasHandle_t handle, int transa, int transb, int m, int n, int k, const float *alpha,
        const float *a, int lda, long long strideA, const float *b, int ldb, long long strideB, const float *beta, float *c,
        int ldc, long long strideC, int batch) {
    return gemm(handle, transa, transb, m, n, k, alpha, a, lda, strideA, b, ldb, strideB, beta, c, ldc, strideC, batch);
}

int cublasDgemmStridedBatched(cublasHandle_t handle, int transa, int transb, int m, int n, int k, const double *alpha,
        const double *a, int lda, long long strideA, const double *b, int ldb, long long strideB, const double *beta, double *c,
        int ldc, long long strideC, int batch) {
    return gemm(handle, transa, transb, m, n, k, alpha, a, lda, strideA, b, ldb, strideB, beta, c, ldc, strideC, batch);
}

// What a test asks: handles that were not destroyed; stream and mode of the last product.
int stub_handles(long long *value) {
    *value = living;
    return 0;
}

int stub_stream(long long *value) {
    std::memcpy(value, &last.stream, sizeof *value);
    return 0;
}

int stub_math_mode(long long *value) {
    *value = last.mathMode;
    return 0;
}
}
