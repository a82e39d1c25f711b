#include "avx2.h"
#include "training_internal.h"

#if defined(__x86_64__)
CK_AVX2_BEGIN

CK_INLINE void start_tile(const int MR, const int NV, __m256 *acc, const float *c, ptrdiff_t ldc, bool accumulate, const float *bias) {
#pragma clang loop unroll(full)
    for (int i = 0; i < MR; i++)
#pragma clang loop unroll(full)
        for (int v = 0; v < NV; v++)
            acc[i * NV + v] = accumulate ? _mm256_loadu_ps(c + i * ldc + 8 * v) : bias ? _mm256_loadu_ps(bias + 8 * v) : _mm256_setzero_ps();
}

CK_INLINE void store_tile(const int MR, const int NV, const __m256 *acc, float *c, ptrdiff_t ldc) {
#pragma clang loop unroll(full)
    for (int i = 0; i < MR; i++)
#pragma clang loop unroll(full)
        for (int v = 0; v < NV; v++) _mm256_storeu_ps(c + i * ldc + 8 * v, acc[i * NV + v]);
}

// MR rows by 8·NV columns. Element (i, k) of a stands at a[i · a_row + k · a_step]; row k of b at b[k · b_step].
CK_INLINE void tile(const int MR, const int NV, const float *a, ptrdiff_t a_row, ptrdiff_t a_step, const float *b, ptrdiff_t b_step,
                    int K, float *c, ptrdiff_t ldc, bool accumulate, const float *bias) {
    __m256 acc[12];
    start_tile(MR, NV, acc, c, ldc, accumulate, bias);
    for (int k = 0; k < K; k++, a += a_step, b += b_step) {
        __m256 row[2];
#pragma clang loop unroll(full)
        for (int v = 0; v < NV; v++) row[v] = _mm256_loadu_ps(b + 8 * v);
#pragma clang loop unroll(full)
        for (int i = 0; i < MR; i++) {
            __m256 value = _mm256_broadcast_ss(a + i * a_row);
#pragma clang loop unroll(full)
            for (int v = 0; v < NV; v++) acc[i * NV + v] = _mm256_fmadd_ps(value, row[v], acc[i * NV + v]);
        }
    }
    store_tile(MR, NV, acc, c, ldc);
}

// All rows by one panel.
CK_INLINE void panel(const int NV, const float *a, ptrdiff_t lda, int rows, int K, const float *b, float *c, ptrdiff_t ldc,
                     bool accumulate, const float *bias) {
    int r = 0;
    for (; r + 6 <= rows; r += 6) tile(6, NV, a + r * lda, lda, 1, b, 16, K, c + r * ldc, ldc, accumulate, bias);
    a += r * lda;
    c += r * ldc;
    switch (rows - r) {
        case 5: tile(5, NV, a, lda, 1, b, 16, K, c, ldc, accumulate, bias); break;
        case 4: tile(4, NV, a, lda, 1, b, 16, K, c, ldc, accumulate, bias); break;
        case 3: tile(3, NV, a, lda, 1, b, 16, K, c, ldc, accumulate, bias); break;
        case 2: tile(2, NV, a, lda, 1, b, 16, K, c, ldc, accumulate, bias); break;
        case 1: tile(1, NV, a, lda, 1, b, 16, K, c, ldc, accumulate, bias); break;
        default: break;
    }
}

// A last panel that is no whole vector wide goes through a buffer.
static void ragged_panel(const float *a, ptrdiff_t lda, int rows, int K, const float *b, int columns, float *c, ptrdiff_t ldc,
                         bool accumulate, const float *bias) {
    float buffer[6 * 16];
    for (int r = 0; r < rows; r += 6) {
        int count = ct_min(6, rows - r);
        panel(2, a + r * lda, lda, count, K, b, buffer, 16, false, NULL);
        for (int i = 0; i < count; i++)
            for (int j = 0; j < columns; j++) {
                float *to = c + (r + i) * ldc + j;
                *to = buffer[i * 16 + j] + (accumulate ? *to : bias ? bias[j] : 0);
            }
    }
}

void ct_gemm_avx2(const float *a, ptrdiff_t lda, int rows, int K, const float *b, int N, const float *bias, float *c, ptrdiff_t ldc,
                  bool accumulate) {
    for (int n = 0; n < N; n += 16, b += (ptrdiff_t)K * 16) {
        const float *panel_bias = bias ? bias + n : NULL;
        if (N - n >= 16) panel(2, a, lda, rows, K, b, c + n, ldc, accumulate, panel_bias);
        else if (N - n == 8) panel(1, a, lda, rows, K, b, c + n, ldc, accumulate, panel_bias);
        else ragged_panel(a, lda, rows, K, b, N - n, c + n, ldc, accumulate, panel_bias);
    }
}

void ct_gemm_transposed_avx2(const float *a, ptrdiff_t lda, int rows, int K, const float *b, ptrdiff_t b_row, ptrdiff_t b_panel,
                             int N, float *c, ptrdiff_t ldc, bool accumulate) {
    for (int k = 0; k < K; k += 6) {
        const float *from = a + k, *with = b;
        for (int n = 0; n < N; n += 16, with += b_panel) {
            float *to = c + k * ldc + n;
            switch (K - k) {
                case 5: tile(5, 2, from, 1, lda, with, b_row, rows, to, ldc, accumulate, NULL); break;
                case 4: tile(4, 2, from, 1, lda, with, b_row, rows, to, ldc, accumulate, NULL); break;
                case 3: tile(3, 2, from, 1, lda, with, b_row, rows, to, ldc, accumulate, NULL); break;
                case 2: tile(2, 2, from, 1, lda, with, b_row, rows, to, ldc, accumulate, NULL); break;
                case 1: tile(1, 2, from, 1, lda, with, b_row, rows, to, ldc, accumulate, NULL); break;
                default: tile(6, 2, from, 1, lda, with, b_row, rows, to, ldc, accumulate, NULL); break;
            }
        }
    }
}

CK_AVX2_END
#else
void ct_gemm_avx2(const float *a, ptrdiff_t lda, int rows, int K, const float *b, int N, const float *bias, float *c, ptrdiff_t ldc,
                  bool accumulate) {
    __builtin_trap();
}
void ct_gemm_transposed_avx2(const float *a, ptrdiff_t lda, int rows, int K, const float *b, ptrdiff_t b_row, ptrdiff_t b_panel,
                             int N, float *c, ptrdiff_t ldc, bool accumulate) {
    __builtin_trap();
}
#endif
