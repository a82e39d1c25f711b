/// Micro-kernels shared by the AVX2 paths. Included inside a `target("avx2,fma")` region only.
#ifndef CK_AVX2_H
#define CK_AVX2_H

#include <immintrin.h>
#include <stddef.h>

#define CK_INLINE static inline __attribute__((always_inline))
#define CK_AVX2_BEGIN _Pragma("clang attribute push(__attribute__((target(\"avx2,fma\"))), apply_to = function)")
#define CK_AVX2_END _Pragma("clang attribute pop")

/// Columns of the panel that starts at output column `n` of `count`: 16, or 8 at the end.
static inline int ck_panel_width(int n, int count) { return count - n >= 16 ? 16 : 8; }

#if defined(__x86_64__)
CK_AVX2_BEGIN

/// acc[MR][NV] += A · B. A: MR rows of K floats, `lda` apart, read unpacked; B: one panel, K × 8·NV.
CK_INLINE void ck_multiply(const int MR, const int NV, const float *a, ptrdiff_t lda, const float *b, int K, __m256 *acc) {
    for (int k = 0; k < K; k++, b += 8 * NV) {
        __m256 column[2];
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

/// e^x for x ≤ 0.
CK_INLINE __m256 ck_exponential(__m256 x) {
    // 2^n · 2^f with f in ±1/2 by its series to the sixth power: relative error below 2e-7.
    x = _mm256_max_ps(_mm256_mul_ps(x, _mm256_set1_ps(1.44269504f)), _mm256_set1_ps(-126));
    __m256 n = _mm256_round_ps(x, _MM_FROUND_TO_NEAREST_INT | _MM_FROUND_NO_EXC), f = _mm256_sub_ps(x, n);
    __m256 p = _mm256_fmadd_ps(_mm256_set1_ps(1.54035304e-4f), f, _mm256_set1_ps(1.33335581e-3f));
    p = _mm256_fmadd_ps(p, f, _mm256_set1_ps(9.61812911e-3f));
    p = _mm256_fmadd_ps(p, f, _mm256_set1_ps(5.55041087e-2f));
    p = _mm256_fmadd_ps(p, f, _mm256_set1_ps(2.40226507e-1f));
    p = _mm256_fmadd_ps(p, f, _mm256_set1_ps(6.93147181e-1f));
    p = _mm256_fmadd_ps(p, f, _mm256_set1_ps(1));
    __m256i e = _mm256_slli_epi32(_mm256_add_epi32(_mm256_cvtps_epi32(n), _mm256_set1_epi32(127)), 23);
    return _mm256_mul_ps(p, _mm256_castsi256_ps(e));
}

CK_INLINE __m256 ck_relu(__m256 x) { return _mm256_max_ps(x, _mm256_setzero_ps()); }

CK_AVX2_END
#endif
#endif
