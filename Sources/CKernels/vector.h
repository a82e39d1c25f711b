/// Vectors of floats and the micro-kernel for matrix products. A kernel's source is written once in these terms and compiled
/// for AVX2 and for AVX-512: define CK_LANES as 8 or 16, then include. A width outside of that: pack and size functions.
#ifndef CK_VECTOR_H
#define CK_VECTOR_H

#include <stddef.h>
#include <stdint.h>

#define CK_INLINE static inline __attribute__((always_inline))

/// Columns of the panel that starts at output column `n` of `count`: 16, or 8 at the end.
static inline int ck_panel_width(int n, int count) { return count - n >= 16 ? 16 : 8; }

#if defined(__x86_64__) && defined(CK_LANES)
#include <immintrin.h>

#if CK_LANES == 16

#define CK_BEGIN _Pragma("clang attribute push(__attribute__((target(\"avx512f,avx512bw,avx512dq,avx512vl,avx2,fma\"))), apply_to = function)")
#define CK_END _Pragma("clang attribute pop")
CK_BEGIN
typedef __m512 ck_vector;

// Only `lanes` of the 16 are touched: all, or 8 where channels end.
CK_INLINE ck_vector ck_load(const float *p, const int lanes) { return lanes == 16 ? _mm512_loadu_ps(p) : _mm512_maskz_loadu_ps(0xFF, p); }
CK_INLINE void ck_store(float *p, ck_vector x, const int lanes) {
    if (lanes == 16) _mm512_storeu_ps(p, x);
    else _mm512_mask_storeu_ps(p, 0xFF, x);
}
CK_INLINE ck_vector ck_set(float x) { return _mm512_set1_ps(x); }
CK_INLINE ck_vector ck_add(ck_vector a, ck_vector b) { return _mm512_add_ps(a, b); }
CK_INLINE ck_vector ck_sub(ck_vector a, ck_vector b) { return _mm512_sub_ps(a, b); }
CK_INLINE ck_vector ck_mul(ck_vector a, ck_vector b) { return _mm512_mul_ps(a, b); }
CK_INLINE ck_vector ck_div(ck_vector a, ck_vector b) { return _mm512_div_ps(a, b); }
CK_INLINE ck_vector ck_max(ck_vector a, ck_vector b) { return _mm512_max_ps(a, b); }
CK_INLINE ck_vector ck_min(ck_vector a, ck_vector b) { return _mm512_min_ps(a, b); }
/// a · b + c
CK_INLINE ck_vector ck_fma(ck_vector a, ck_vector b, ck_vector c) { return _mm512_fmadd_ps(a, b, c); }
/// c − a · b
CK_INLINE ck_vector ck_fnma(ck_vector a, ck_vector b, ck_vector c) { return _mm512_fnmadd_ps(a, b, c); }
CK_INLINE ck_vector ck_round(ck_vector x) { return _mm512_roundscale_ps(x, _MM_FROUND_TO_NEAREST_INT | _MM_FROUND_NO_EXC); }
/// `yes` where a > b, else `no`.
CK_INLINE ck_vector ck_where_greater(ck_vector a, ck_vector b, ck_vector yes, ck_vector no) {
    return _mm512_mask_blend_ps(_mm512_cmp_ps_mask(a, b, _CMP_GT_OQ), no, yes);
}
/// 2^n for whole n.
CK_INLINE ck_vector ck_power_of_two(ck_vector n) {
    return _mm512_castsi512_ps(_mm512_slli_epi32(_mm512_add_epi32(_mm512_cvtps_epi32(n), _mm512_set1_epi32(127)), 23));
}
/// Sixteen values in 0…255, rounded.
CK_INLINE void ck_store_bytes(const ck_vector *values, uint8_t *out) {
    _mm_storeu_si128((__m128i *)out, _mm512_cvtepi32_epi8(_mm512_cvtps_epi32(values[0])));
}
/// Lanes 4i … 4i + 3.
CK_INLINE __m128 ck_quarter(ck_vector x, const int i) {
    switch (i) {
        case 0: return _mm512_castps512_ps128(x);
        case 1: return _mm512_extractf32x4_ps(x, 1);
        case 2: return _mm512_extractf32x4_ps(x, 2);
        default: return _mm512_extractf32x4_ps(x, 3);
    }
}

#else

#define CK_BEGIN _Pragma("clang attribute push(__attribute__((target(\"avx2,fma\"))), apply_to = function)")
#define CK_END _Pragma("clang attribute pop")
CK_BEGIN
typedef __m256 ck_vector;

CK_INLINE ck_vector ck_load(const float *p, const int lanes) { return _mm256_loadu_ps(p); }
CK_INLINE void ck_store(float *p, ck_vector x, const int lanes) { _mm256_storeu_ps(p, x); }
CK_INLINE ck_vector ck_set(float x) { return _mm256_set1_ps(x); }
CK_INLINE ck_vector ck_add(ck_vector a, ck_vector b) { return _mm256_add_ps(a, b); }
CK_INLINE ck_vector ck_sub(ck_vector a, ck_vector b) { return _mm256_sub_ps(a, b); }
CK_INLINE ck_vector ck_mul(ck_vector a, ck_vector b) { return _mm256_mul_ps(a, b); }
CK_INLINE ck_vector ck_div(ck_vector a, ck_vector b) { return _mm256_div_ps(a, b); }
CK_INLINE ck_vector ck_max(ck_vector a, ck_vector b) { return _mm256_max_ps(a, b); }
CK_INLINE ck_vector ck_min(ck_vector a, ck_vector b) { return _mm256_min_ps(a, b); }
/// a · b + c
CK_INLINE ck_vector ck_fma(ck_vector a, ck_vector b, ck_vector c) { return _mm256_fmadd_ps(a, b, c); }
/// c − a · b
CK_INLINE ck_vector ck_fnma(ck_vector a, ck_vector b, ck_vector c) { return _mm256_fnmadd_ps(a, b, c); }
CK_INLINE ck_vector ck_round(ck_vector x) { return _mm256_round_ps(x, _MM_FROUND_TO_NEAREST_INT | _MM_FROUND_NO_EXC); }
/// `yes` where a > b, else `no`.
CK_INLINE ck_vector ck_where_greater(ck_vector a, ck_vector b, ck_vector yes, ck_vector no) {
    return _mm256_blendv_ps(no, yes, _mm256_cmp_ps(a, b, _CMP_GT_OQ));
}
/// 2^n for whole n.
CK_INLINE ck_vector ck_power_of_two(ck_vector n) {
    return _mm256_castsi256_ps(_mm256_slli_epi32(_mm256_add_epi32(_mm256_cvtps_epi32(n), _mm256_set1_epi32(127)), 23));
}
/// Sixteen values in 0…255, rounded.
CK_INLINE void ck_store_bytes(const ck_vector *values, uint8_t *out) {
    __m256i words = _mm256_packs_epi32(_mm256_cvtps_epi32(values[0]), _mm256_cvtps_epi32(values[1]));
    words = _mm256_permute4x64_epi64(words, 0xD8);
    __m128i bytes = _mm_packus_epi16(_mm256_castsi256_si128(words), _mm256_extracti128_si256(words, 1));
    _mm_storeu_si128((__m128i *)out, bytes);
}
/// Lanes 4i … 4i + 3.
CK_INLINE __m128 ck_quarter(ck_vector x, const int i) { return i == 0 ? _mm256_castps256_ps128(x) : _mm256_extractf128_ps(x, 1); }

#endif

CK_INLINE ck_vector ck_zero(void) { return ck_set(0); }
/// As max(low, x), then min: a NaN becomes a limit.
CK_INLINE ck_vector ck_limit(ck_vector x, ck_vector low, ck_vector high) { return ck_min(ck_max(x, low), high); }

/// Lanes of the next vector where `left` channels, a multiple of 8, are left.
CK_INLINE int ck_lanes(int left) { return left >= CK_LANES ? CK_LANES : 8; }

/// Rows of the widest tile: as many as there are registers for.
enum { CK_ROWS = CK_LANES == 16 ? 12 : 6 };

/// The columns that a micro-kernel works on: `vectors` of `lanes`, `next` floats apart in B, whose rows are `step` apart.
/// AVX2 takes a panel of 16 as two vectors, AVX-512 two panels as one vector each.
typedef struct {
    int vectors, lanes;
    ptrdiff_t next, step;
} ck_columns;

/// acc[MR][vectors] += A · B. A: MR rows of K floats, `lda` apart, read unpacked; B: packed panels.
CK_INLINE void ck_multiply(const int MR, const ck_columns at, const float *a, ptrdiff_t lda, const float *b, int K, ck_vector *acc) {
    const int NV = at.vectors;
    for (int k = 0; k < K; k++, b += at.step) {
        ck_vector column[2];
#pragma clang loop unroll(full)
        for (int v = 0; v < NV; v++) column[v] = ck_load(b + v * at.next, at.lanes);
#pragma clang loop unroll(full)
        for (int i = 0; i < MR; i++) {
            ck_vector value = ck_set(a[i * lda + k]);
#pragma clang loop unroll(full)
            for (int v = 0; v < NV; v++) acc[i * NV + v] = ck_fma(value, column[v], acc[i * NV + v]);
        }
    }
}

/// Calls `KERNEL(columns, n, panel)` for all N columns, whose panels hold `depth` rows each.
#if CK_LANES == 16
#define CK_FOR_COLUMNS(N, depth, panel, KERNEL) \
    do { \
        int n = 0; \
        ptrdiff_t size = 16 * (ptrdiff_t)(depth); \
        for (; n + 32 <= (N); n += 32, panel += 2 * size) KERNEL(((ck_columns){2, 16, size, 16}), n, panel); \
        if (n + 16 <= (N)) { \
            KERNEL(((ck_columns){1, 16, 0, 16}), n, panel); \
            n += 16, panel += size; \
        } \
        if (n < (N)) KERNEL(((ck_columns){1, 8, 0, 8}), n, panel); \
    } while (0)
#else
#define CK_FOR_COLUMNS(N, depth, panel, KERNEL) \
    do { \
        int n = 0; \
        ptrdiff_t size = 16 * (ptrdiff_t)(depth); \
        for (; n + 16 <= (N); n += 16, panel += size) KERNEL(((ck_columns){2, 8, 8, 16}), n, panel); \
        if (n < (N)) KERNEL(((ck_columns){1, 8, 0, 8}), n, panel); \
    } while (0)
#endif

/// e^x for x ≤ 0.
CK_INLINE ck_vector ck_exponential(ck_vector x) {
    // 2^n · 2^f with f in ±1/2 by its series to the sixth power: relative error below 2e-7.
    x = ck_max(ck_mul(x, ck_set(1.44269504f)), ck_set(-126));
    ck_vector n = ck_round(x), f = ck_sub(x, n);
    ck_vector p = ck_fma(ck_set(1.54035304e-4f), f, ck_set(1.33335581e-3f));
    p = ck_fma(p, f, ck_set(9.61812911e-3f));
    p = ck_fma(p, f, ck_set(5.55041087e-2f));
    p = ck_fma(p, f, ck_set(2.40226507e-1f));
    p = ck_fma(p, f, ck_set(6.93147181e-1f));
    p = ck_fma(p, f, ck_set(1));
    return ck_mul(p, ck_power_of_two(n));
}

CK_END
#endif
#endif
