/// Matrix products for training; see vector.h for how it is compiled. In B a row's 16 columns of a panel lie together,
/// rows `step` and panels `next` floats apart.
#include "training_internal.h"
#include "vector.h"

#if defined(__x86_64__)
CK_BEGIN

// MR rows of C. Element (i, k) of a stands at a[i · a_row + k · a_step].
CK_INLINE void tile(const int MR, const int NV, const int lanes, const float *a, ptrdiff_t a_row, ptrdiff_t a_step, const float *b,
                    ptrdiff_t next, ptrdiff_t step, int K, float *c, ptrdiff_t ldc, bool accumulate, const float *bias) {
    ck_vector acc[2 * CK_ROWS];
#pragma clang loop unroll(full)
    for (int i = 0; i < MR; i++)
#pragma clang loop unroll(full)
        for (int v = 0; v < NV; v++)
            acc[i * NV + v] = accumulate ? ck_load(c + i * ldc + CK_LANES * v, lanes) : bias ? ck_load(bias + CK_LANES * v, lanes) : ck_zero();
    for (int k = 0; k < K; k++, a += a_step, b += step) {
        ck_vector row[2];
#pragma clang loop unroll(full)
        for (int v = 0; v < NV; v++) row[v] = ck_load(b + v * next, lanes);
#pragma clang loop unroll(full)
        for (int i = 0; i < MR; i++) {
            ck_vector value = ck_set(a[i * a_row]);
#pragma clang loop unroll(full)
            for (int v = 0; v < NV; v++) acc[i * NV + v] = ck_fma(value, row[v], acc[i * NV + v]);
        }
    }
#pragma clang loop unroll(full)
    for (int i = 0; i < MR; i++)
#pragma clang loop unroll(full)
        for (int v = 0; v < NV; v++) ck_store(c + i * ldc + CK_LANES * v, acc[i * NV + v], lanes);
}

// All rows by one or two vectors of columns.
CK_INLINE void columns(const int NV, const int lanes, const float *a, ptrdiff_t a_row, ptrdiff_t a_step, int rows, const float *b,
                       ptrdiff_t next, ptrdiff_t step, int K, float *c, ptrdiff_t ldc, bool accumulate, const float *bias) {
    int r = 0;
#define ROWS(n) tile(n, NV, lanes, a + r * a_row, a_row, a_step, b, next, step, K, c + r * ldc, ldc, accumulate, bias), r += n
    while (r + CK_ROWS <= rows) ROWS(CK_ROWS);
    if (CK_ROWS > 6 && r + 6 <= rows) ROWS(6);
    if (r + 4 <= rows) ROWS(4);
    if (r + 2 <= rows) ROWS(2);
    if (r < rows) ROWS(1);
#undef ROWS
}

// One panel of 16 columns.
CK_INLINE void panel(const float *a, ptrdiff_t a_row, ptrdiff_t a_step, int rows, const float *b, ptrdiff_t step, int K, float *c,
                     ptrdiff_t ldc, bool accumulate, const float *bias) {
    if (CK_LANES == 16) columns(1, 16, a, a_row, a_step, rows, b, 0, step, K, c, ldc, accumulate, bias);
    else columns(2, 8, a, a_row, a_step, rows, b, 8, step, K, c, ldc, accumulate, bias);
}

// A last panel that is no whole vector wide goes through a buffer.
static void ragged_panel(const float *a, ptrdiff_t lda, int rows, int K, const float *b, int width, float *c, ptrdiff_t ldc, bool accumulate,
                         const float *bias) {
    float buffer[CK_ROWS * 16];
    for (int r = 0; r < rows; r += CK_ROWS) {
        int count = ct_min(CK_ROWS, rows - r);
        panel(a + r * lda, lda, 1, count, b, 16, K, buffer, 16, false, NULL);
        for (int i = 0; i < count; i++)
            for (int j = 0; j < width; j++) {
                float *to = c + (r + i) * ldc + j;
                *to = buffer[i * 16 + j] + (accumulate ? *to : bias ? bias[j] : 0);
            }
    }
}

static void gemm(const float *a, ptrdiff_t lda, int rows, int K, const float *b, int N, const float *bias, float *c, ptrdiff_t ldc,
                 bool accumulate) {
    int n = 0;
    if (CK_LANES == 16)
        for (; n + 32 <= N; n += 32, b += (ptrdiff_t)K * 32)
            columns(2, 16, a, lda, 1, rows, b, (ptrdiff_t)K * 16, 16, K, c + n, ldc, accumulate, bias ? bias + n : NULL);
    for (; n < N; n += 16, b += (ptrdiff_t)K * 16) {
        const float *panel_bias = bias ? bias + n : NULL;
        if (N - n >= 16) panel(a, lda, 1, rows, b, 16, K, c + n, ldc, accumulate, panel_bias);
        else if (N - n == 8) columns(1, 8, a, lda, 1, rows, b, 0, 16, K, c + n, ldc, accumulate, panel_bias);
        else ragged_panel(a, lda, rows, K, b, N - n, c + n, ldc, accumulate, panel_bias);
    }
}

static void gemm_transposed(const float *a, ptrdiff_t lda, int rows, int K, const float *b, ptrdiff_t b_row, ptrdiff_t b_panel, int N, float *c,
                            ptrdiff_t ldc, bool accumulate) {
    for (int k = 0; k < K; k += CK_ROWS) {
        int count = ct_min(CK_ROWS, K - k), n = 0;
        if (CK_LANES == 16)
            for (; n + 32 <= N; n += 32)
                columns(2, 16, a + k, 1, lda, count, b + n / 16 * b_panel, b_panel, b_row, rows, c + k * ldc + n, ldc, accumulate, NULL);
        for (; n < N; n += 16) panel(a + k, 1, lda, count, b + n / 16 * b_panel, b_row, rows, c + k * ldc + n, ldc, accumulate, NULL);
    }
}

CK_END
#endif
