/// One-dimensional Winograd transforms on a vector of channels at a time. Points 0, ±1, ±2, ∞ (six) and also ±1/2 (eight).
/// Source: Lavin and Gray, Fast Algorithms for Convolutional Neural Networks, 2015.
#ifndef CK_WINOGRAD_TRANSFORMS_H
#define CK_WINOGRAD_TRANSFORMS_H

#include "vector.h"

#if defined(__x86_64__) && defined(CK_LANES)
CK_BEGIN

/// `step` is the distance of the elements in `d` and `t`, in vectors.
CK_INLINE void ck_input6(const ck_vector *d, ck_vector *t, int step) {
    ck_vector d1 = d[step], d2 = d[2 * step], d3 = d[3 * step], d4 = d[4 * step];
    ck_vector a = ck_fnma(ck_set(4), d2, d4), b = ck_fnma(ck_set(4), d1, d3);
    ck_vector c = ck_sub(d4, d2), e = ck_sub(d3, d1);
    t[0] = ck_fma(ck_set(4), d[0], ck_fnma(ck_set(5), d2, d4));
    t[step] = ck_add(a, b);
    t[2 * step] = ck_sub(a, b);
    t[3 * step] = ck_fma(ck_set(2), e, c);
    t[4 * step] = ck_fnma(ck_set(2), e, c);
    t[5 * step] = ck_fma(ck_set(4), d1, ck_fnma(ck_set(5), d3, d[5 * step]));
}

CK_INLINE void ck_input8(const ck_vector *d, ck_vector *t, int step) {
    ck_vector d1 = d[step], d2 = d[2 * step], d3 = d[3 * step], d4 = d[4 * step], d5 = d[5 * step], d6 = d[6 * step];
    t[0] = ck_fma(ck_set(5.25f), ck_sub(d4, d2), ck_sub(d[0], d6));
    t[7 * step] = ck_fma(ck_set(5.25f), ck_sub(d3, d5), ck_sub(d[7 * step], d1));
    ck_vector a = ck_fnma(ck_set(4.25f), d4, ck_add(d2, d6));
    ck_vector b = ck_fnma(ck_set(4.25f), d3, ck_add(d1, d5));
    t[step] = ck_add(a, b);
    t[2 * step] = ck_sub(a, b);
    a = ck_fma(ck_set(0.25f), d2, ck_fnma(ck_set(1.25f), d4, d6));
    b = ck_fma(ck_set(0.5f), d1, ck_fnma(ck_set(2.5f), d3, ck_add(d5, d5)));
    t[3 * step] = ck_add(a, b);
    t[4 * step] = ck_sub(a, b);
    a = ck_fma(ck_set(4), d2, ck_fnma(ck_set(5), d4, d6));
    b = ck_fma(ck_set(0.5f), d5, ck_fnma(ck_set(2.5f), d3, ck_add(d1, d1)));
    t[5 * step] = ck_add(a, b);
    t[6 * step] = ck_sub(a, b);
}

CK_INLINE void ck_output4(const ck_vector *m, int step, ck_vector *o, int out) {
    ck_vector s1 = ck_add(m[step], m[2 * step]), d1 = ck_sub(m[step], m[2 * step]);
    ck_vector s2 = ck_add(m[3 * step], m[4 * step]), d2 = ck_sub(m[3 * step], m[4 * step]);
    o[0] = ck_add(m[0], ck_add(s1, s2));
    o[out] = ck_fma(ck_set(2), d2, d1);
    o[2 * out] = ck_fma(ck_set(4), s2, s1);
    o[3 * out] = ck_fma(ck_set(8), d2, ck_add(d1, m[5 * step]));
}

CK_INLINE void ck_output5(const ck_vector *m, int step, ck_vector *o, int out) {
    ck_vector s1 = ck_add(m[step], m[2 * step]), d1 = ck_sub(m[step], m[2 * step]);
    ck_vector s2 = ck_add(m[3 * step], m[4 * step]), d2 = ck_sub(m[3 * step], m[4 * step]);
    o[0] = ck_add(m[0], ck_add(s1, s2));
    o[out] = ck_fma(ck_set(2), d2, d1);
    o[2 * out] = ck_fma(ck_set(4), s2, s1);
    o[3 * out] = ck_fma(ck_set(8), d2, d1);
    o[4 * out] = ck_fma(ck_set(16), s2, ck_add(s1, m[5 * step]));
}

CK_INLINE void ck_output6(const ck_vector *m, int step, ck_vector *o, int out) {
    ck_vector s1 = ck_add(m[step], m[2 * step]), d1 = ck_sub(m[step], m[2 * step]);
    ck_vector s2 = ck_add(m[3 * step], m[4 * step]), d2 = ck_sub(m[3 * step], m[4 * step]);
    ck_vector s3 = ck_add(m[5 * step], m[6 * step]), d3 = ck_sub(m[5 * step], m[6 * step]);
    o[0] = ck_add(ck_add(m[0], s1), ck_add(s2, s3));
    o[out] = ck_fma(ck_set(0.5f), d3, ck_fma(ck_set(2), d2, d1));
    o[2 * out] = ck_fma(ck_set(0.25f), s3, ck_fma(ck_set(4), s2, s1));
    o[3 * out] = ck_fma(ck_set(0.125f), d3, ck_fma(ck_set(8), d2, d1));
    o[4 * out] = ck_fma(ck_set(0.0625f), s3, ck_fma(ck_set(16), s2, s1));
    o[5 * out] = ck_fma(ck_set(0.03125f), d3, ck_fma(ck_set(32), d2, ck_add(d1, m[7 * step])));
}

/// Input tile of N × N pixels given by their addresses, `lanes` channels from `c` on: V's N² elements, `stride` floats apart.
CK_INLINE void ck_transform_input(const int N, const int lanes, const float *const *pixels, ptrdiff_t c, float *v, ptrdiff_t stride) {
    ck_vector t[64];
#pragma clang loop unroll(full)
    for (int x = 0; x < N; x++) {
        ck_vector column[8];
#pragma clang loop unroll(full)
        for (int y = 0; y < N; y++) column[y] = ck_load(pixels[y * N + x] + c, lanes);
        ck_vector result[8];
        if (N == 8) ck_input8(column, result, 1);
        else ck_input6(column, result, 1);
#pragma clang loop unroll(full)
        for (int y = 0; y < N; y++) t[y * N + x] = result[y];
    }
#pragma clang loop unroll(disable)
    for (int y = 0; y < N; y++) {
        ck_vector result[8];
        if (N == 8) ck_input8(t + y * N, result, 1);
        else ck_input6(t + y * N, result, 1);
#pragma clang loop unroll(full)
        for (int x = 0; x < N; x++) ck_store(v + (y * N + x) * stride, result[x], lanes);
    }
}

/// All channels of a tile.
CK_INLINE void ck_transform_tile(const int N, const float *const *pixels, int first, int channels, float *v, ptrdiff_t stride) {
    int k = 0;
    for (; k + CK_LANES <= channels; k += CK_LANES) ck_transform_input(N, CK_LANES, pixels, first + k, v + k, stride);
    if (k < channels) ck_transform_input(N, 8, pixels, first + k, v + k, stride);
}

CK_END
#endif
#endif
