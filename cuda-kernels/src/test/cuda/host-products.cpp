// Products of matrices, in place of cuBLAS.

#include "host-api.h"
#include "host-faults.h"

#include <cmath>
#include <cstdlib>

namespace {

template <typename T>
void multiply(bool transposeA, bool transposeB, int m, int n, int k, double alpha, const T *a, int lda, const T *b, int ldb,
        double beta, T *c, int ldc, T *row) {
    for (int i = 0; i < m; i++) {
        for (int j = 0; j < n; j++) {
            row[j] = 0;
        }
        for (int p = 0; p < k; p++) {
            T left = transposeA ? a[static_cast<std::size_t>(p) * lda + i] : a[static_cast<std::size_t>(i) * lda + p];
            const T *right = transposeB ? b + p : b + static_cast<std::size_t>(p) * ldb;
            if (transposeB) {
                for (int j = 0; j < n; j++) {
                    row[j] = fma(left, right[static_cast<std::size_t>(j) * ldb], row[j]);
                }
            } else {
                for (int j = 0; j < n; j++) {
                    row[j] = fma(left, right[j], row[j]);
                }
            }
        }
        T *to = c + static_cast<std::size_t>(i) * ldc;
        for (int j = 0; j < n; j++) {
            T product = static_cast<T>(alpha) * row[j];
            // As BLAS has it: what c held is not looked at where beta is 0.
            to[j] = beta == 0 ? product : product + static_cast<T>(beta) * to[j];
        }
    }
}

template <typename T>
void multiplyAll(bool transposeA, bool transposeB, int m, int n, int k, double alpha, const void *a, int lda,
        long long strideA, const void *b, int ldb, long long strideB, double beta, void *c, int ldc, long long strideC,
        int batch) {
    T *row = static_cast<T *>(std::malloc(sizeof(T) * (n + 1)));
    for (int i = 0; i < batch; i++) {
        multiply(transposeA, transposeB, m, n, k, alpha, static_cast<const T *>(a) + i * strideA, lda,
                static_cast<const T *>(b) + i * strideB, ldb, beta, static_cast<T *>(c) + i * strideC, ldc, row);
    }
    std::free(row);
}

} // namespace

using namespace lrp4j;

API int lrp4j_gemm(int is64, int transposeA, int transposeB, int m, int n, int k, double alpha, const void *a, int lda,
        long long strideA, const void *b, int ldb, long long strideB, double beta, void *c, int ldc, long long strideC,
        int batch, char *message, int capacity) {
    catchFaults();
    Guard fault;
    guard = &fault;
    if (sigsetjmp(fault.back, 0) != 0) {
        guard = nullptr;
        return say(message, capacity, "a product touches memory that is not allocated");
    }
    (is64 ? multiplyAll<double> : multiplyAll<float>)(transposeA, transposeB, m, n, k, alpha, a, lda, strideA, b, ldb,
            strideB, beta, c, ldc, strideC, batch);
    guard = nullptr;
    return 0;
}
