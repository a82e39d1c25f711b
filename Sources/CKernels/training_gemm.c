#include "training_internal.h"

#include <cblas.h>
#include <string.h>

// The portable right-hand side is plain K × N for OpenBLAS; the own one is [panel of 16 columns][K][16], padded with zeros.

size_t ct_gemm_packed_size(const ct_vector_kernels *vector, int K, int N) { return (size_t)K * (size_t)(vector ? ct_round16(N) : N); }

// Squares of 16 × 16, so that a cache line of weights is read at one go.
void ct_gemm_pack(const ct_vector_kernels *vector, const float *weights, int K, int N, float *packed) {
    if (!vector) {
        for (int k = 0; k < K; k++)
            for (int n = 0; n < N; n++) *packed++ = weights[(size_t)n * K + k];
        return;
    }
    for (int n = 0; n < N; n += 16)
        for (int k = 0; k < K; k += 16) {
            int rows = ct_min(16, K - k), columns = ct_min(16, N - n);
            float square[16][16] = {{0}};
            for (int j = 0; j < columns; j++)
                for (int i = 0; i < rows; i++) square[i][j] = weights[(size_t)(n + j) * K + k + i];
            memcpy(packed, square, (size_t)rows * sizeof *square);
            packed += 16 * rows;
        }
}

void ct_gemm_pack_rows(const ct_vector_kernels *vector, const float *rows, int K, int N, float *packed) {
    int width = vector ? 16 : N;
    for (int n = 0; n < N; n += width)
        for (int k = 0; k < K; k++, packed += width) {
            int columns = ct_min(width, N - n);
            memcpy(packed, rows + (size_t)k * N + n, (size_t)columns * sizeof(float));
            memset(packed + columns, 0, (size_t)(width - columns) * sizeof(float));
        }
}

void ct_gemm(const ct_vector_kernels *vector, const float *a, ptrdiff_t lda, int rows, int K, const float *b, int N, const float *bias,
             float *c, ptrdiff_t ldc, bool accumulate) {
    if (vector) {
        vector->gemm(a, lda, rows, K, b, N, bias, c, ldc, accumulate);
        return;
    }
    if (bias && !accumulate)
        for (int r = 0; r < rows; r++) memcpy(c + r * ldc, bias, (size_t)N * sizeof(float));
    cblas_sgemm(CblasRowMajor, CblasNoTrans, CblasNoTrans, rows, N, K, 1, a, (int)lda, b, N, accumulate || bias ? 1 : 0, c, (int)ldc);
}

void ct_gemm_transposed(const ct_vector_kernels *vector, const float *a, ptrdiff_t lda, int rows, int K, const float *b, ptrdiff_t b_row,
                        ptrdiff_t b_panel, int N, float *c, ptrdiff_t ldc, bool accumulate) {
    if (vector) {
        vector->gemm_transposed(a, lda, rows, K, b, b_row, b_panel, N, c, ldc, accumulate);
        return;
    }
    for (int n = 0; n < N; n += 16)
        cblas_sgemm(CblasRowMajor, CblasTrans, CblasNoTrans, K, ct_min(16, N - n), rows, 1, a, (int)lda, b + n / 16 * b_panel, (int)b_row,
                    accumulate ? 1 : 0, c + n, (int)ldc);
}
