/// Micro-kernels shared by the AVX2 paths. Included inside a `target("avx2,fma")` region only.
#ifndef CK_AVX2_H
#define CK_AVX2_H

#include <immintrin.h>
#include <stddef.h>

#define CK_INLINE static inline __attribute__((always_inline))
#define CK_AVX2_BEGIN _Pragma("clang attribute push(__attribute__((target(\"avx2,fma\"))), apply_to = function)")
#define CK_AVX2_END _Pragma("clang attribute pop")

/// Columns of the panel that starts at output column `n` of `count`: 24 where exactly 24 are left, else 16, at the end 8.
static inline int ck_panel_width(int n, int count) {
    int left = count - n;
    return left == 24 ? 24 : left >= 16 ? 16 : 8;
}

#if defined(__x86_64__)
CK_AVX2_BEGIN

/// acc[MR][NV] += A · B. A: MR rows of K floats, `lda` apart, read unpacked; B: one panel, K × 8·NV.
CK_INLINE void ck_multiply(const int MR, const int NV, const float *a, ptrdiff_t lda, const float *b, int K, __m256 *acc) {
    for (int k = 0; k < K; k++, b += 8 * NV) {
        __m256 column[3];
#pragma clang loop unroll(full)
        for (int v = 0; v < NV; v++) column[v] = _mm256_loadu_ps(b + 8 * v);
#pragma clang loop unroll(full)
        for (int i = 0; i < MR; i++) {
            __m256 value = _mm256_broadcast_ss(a + i * lda + k);
#pragma clang loop unroll(full)
            for (int v = 0; v < NV; v++) acc[i * NV + v] = _mm256_fmadd_ps(value, column[v], acc[i * NV + v]);
        }
    }
}

CK_INLINE __m256 ck_relu(__m256 x) { return _mm256_max_ps(x, _mm256_setzero_ps()); }

CK_AVX2_END
#endif
#endif
