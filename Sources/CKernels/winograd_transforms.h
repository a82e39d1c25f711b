/// One-dimensional Winograd transforms on eight channels at a time. Points 0, ±1, ±2, ∞ (six) and also ±1/2 (eight).
/// Source: Lavin and Gray, Fast Algorithms for Convolutional Neural Networks, 2015.
/// Included inside a `target("avx2,fma")` region only.
#ifndef CK_WINOGRAD_TRANSFORMS_H
#define CK_WINOGRAD_TRANSFORMS_H

#include "avx2.h"

#if defined(__x86_64__)
CK_AVX2_BEGIN

#define CK_SET(x) _mm256_set1_ps(x)

/// `step` is the distance of the elements in `d` and `t`, in vectors.
CK_INLINE void ck_input6(const __m256 *d, __m256 *t, int step) {
    __m256 d1 = d[step], d2 = d[2 * step], d3 = d[3 * step], d4 = d[4 * step];
    __m256 a = _mm256_fnmadd_ps(CK_SET(4), d2, d4), b = _mm256_fnmadd_ps(CK_SET(4), d1, d3);
    __m256 c = _mm256_sub_ps(d4, d2), e = _mm256_sub_ps(d3, d1);
    t[0] = _mm256_fmadd_ps(CK_SET(4), d[0], _mm256_fnmadd_ps(CK_SET(5), d2, d4));
    t[step] = _mm256_add_ps(a, b);
    t[2 * step] = _mm256_sub_ps(a, b);
    t[3 * step] = _mm256_fmadd_ps(CK_SET(2), e, c);
    t[4 * step] = _mm256_fnmadd_ps(CK_SET(2), e, c);
    t[5 * step] = _mm256_fmadd_ps(CK_SET(4), d1, _mm256_fnmadd_ps(CK_SET(5), d3, d[5 * step]));
}

CK_INLINE void ck_input8(const __m256 *d, __m256 *t, int step) {
    __m256 d1 = d[step], d2 = d[2 * step], d3 = d[3 * step], d4 = d[4 * step], d5 = d[5 * step], d6 = d[6 * step];
    t[0] = _mm256_fmadd_ps(CK_SET(5.25f), _mm256_sub_ps(d4, d2), _mm256_sub_ps(d[0], d6));
    t[7 * step] = _mm256_fmadd_ps(CK_SET(5.25f), _mm256_sub_ps(d3, d5), _mm256_sub_ps(d[7 * step], d1));
    __m256 a = _mm256_fnmadd_ps(CK_SET(4.25f), d4, _mm256_add_ps(d2, d6));
    __m256 b = _mm256_fnmadd_ps(CK_SET(4.25f), d3, _mm256_add_ps(d1, d5));
    t[step] = _mm256_add_ps(a, b);
    t[2 * step] = _mm256_sub_ps(a, b);
    a = _mm256_fmadd_ps(CK_SET(0.25f), d2, _mm256_fnmadd_ps(CK_SET(1.25f), d4, d6));
    b = _mm256_fmadd_ps(CK_SET(0.5f), d1, _mm256_fnmadd_ps(CK_SET(2.5f), d3, _mm256_add_ps(d5, d5)));
    t[3 * step] = _mm256_add_ps(a, b);
    t[4 * step] = _mm256_sub_ps(a, b);
    a = _mm256_fmadd_ps(CK_SET(4), d2, _mm256_fnmadd_ps(CK_SET(5), d4, d6));
    b = _mm256_fmadd_ps(CK_SET(0.5f), d5, _mm256_fnmadd_ps(CK_SET(2.5f), d3, _mm256_add_ps(d1, d1)));
    t[5 * step] = _mm256_add_ps(a, b);
    t[6 * step] = _mm256_sub_ps(a, b);
}

CK_INLINE void ck_output4(const __m256 *m, int step, __m256 *o, int out) {
    __m256 s1 = _mm256_add_ps(m[step], m[2 * step]), d1 = _mm256_sub_ps(m[step], m[2 * step]);
    __m256 s2 = _mm256_add_ps(m[3 * step], m[4 * step]), d2 = _mm256_sub_ps(m[3 * step], m[4 * step]);
    o[0] = _mm256_add_ps(m[0], _mm256_add_ps(s1, s2));
    o[out] = _mm256_fmadd_ps(CK_SET(2), d2, d1);
    o[2 * out] = _mm256_fmadd_ps(CK_SET(4), s2, s1);
    o[3 * out] = _mm256_fmadd_ps(CK_SET(8), d2, _mm256_add_ps(d1, m[5 * step]));
}

CK_INLINE void ck_output5(const __m256 *m, int step, __m256 *o, int out) {
    __m256 s1 = _mm256_add_ps(m[step], m[2 * step]), d1 = _mm256_sub_ps(m[step], m[2 * step]);
    __m256 s2 = _mm256_add_ps(m[3 * step], m[4 * step]), d2 = _mm256_sub_ps(m[3 * step], m[4 * step]);
    o[0] = _mm256_add_ps(m[0], _mm256_add_ps(s1, s2));
    o[out] = _mm256_fmadd_ps(CK_SET(2), d2, d1);
    o[2 * out] = _mm256_fmadd_ps(CK_SET(4), s2, s1);
    o[3 * out] = _mm256_fmadd_ps(CK_SET(8), d2, d1);
    o[4 * out] = _mm256_fmadd_ps(CK_SET(16), s2, _mm256_add_ps(s1, m[5 * step]));
}

CK_INLINE void ck_output6(const __m256 *m, int step, __m256 *o, int out) {
    __m256 s1 = _mm256_add_ps(m[step], m[2 * step]), d1 = _mm256_sub_ps(m[step], m[2 * step]);
    __m256 s2 = _mm256_add_ps(m[3 * step], m[4 * step]), d2 = _mm256_sub_ps(m[3 * step], m[4 * step]);
    __m256 s3 = _mm256_add_ps(m[5 * step], m[6 * step]), d3 = _mm256_sub_ps(m[5 * step], m[6 * step]);
    o[0] = _mm256_add_ps(_mm256_add_ps(m[0], s1), _mm256_add_ps(s2, s3));
    o[out] = _mm256_fmadd_ps(CK_SET(0.5f), d3, _mm256_fmadd_ps(CK_SET(2), d2, d1));
    o[2 * out] = _mm256_fmadd_ps(CK_SET(0.25f), s3, _mm256_fmadd_ps(CK_SET(4), s2, s1));
    o[3 * out] = _mm256_fmadd_ps(CK_SET(0.125f), d3, _mm256_fmadd_ps(CK_SET(8), d2, d1));
    o[4 * out] = _mm256_fmadd_ps(CK_SET(0.0625f), s3, _mm256_fmadd_ps(CK_SET(16), s2, s1));
    o[5 * out] = _mm256_fmadd_ps(CK_SET(0.03125f), d3, _mm256_fmadd_ps(CK_SET(32), d2, _mm256_add_ps(d1, m[7 * step])));
}

/// Input tile of N × N pixels given by their addresses, 8 channels from `c` on: V's N² elements, `stride` floats apart.
CK_INLINE void ck_transform_input(const int N, const float *const *pixels, ptrdiff_t c, float *v, ptrdiff_t stride) {
    __m256 t[64];
#pragma clang loop unroll(full)
    for (int x = 0; x < N; x++) {
        __m256 column[8];
#pragma clang loop unroll(full)
        for (int y = 0; y < N; y++) column[y] = _mm256_loadu_ps(pixels[y * N + x] + c);
        __m256 result[8];
        if (N == 8) ck_input8(column, result, 1);
        else ck_input6(column, result, 1);
#pragma clang loop unroll(full)
        for (int y = 0; y < N; y++) t[y * N + x] = result[y];
    }
#pragma clang loop unroll(disable)
    for (int y = 0; y < N; y++) {
        __m256 result[8];
        if (N == 8) ck_input8(t + y * N, result, 1);
        else ck_input6(t + y * N, result, 1);
#pragma clang loop unroll(full)
        for (int x = 0; x < N; x++) _mm256_storeu_ps(v + (y * N + x) * stride, result[x]);
    }
}

CK_AVX2_END
#endif
#endif
