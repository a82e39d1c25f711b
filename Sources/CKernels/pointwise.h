/// A run of pixels through a 1×1 convolution; see vector.h for how it is compiled.
#ifndef CK_POINTWISE_H
#define CK_POINTWISE_H

#include "CKernels.h"
#include "vector.h"

#if defined(__x86_64__)
CK_BEGIN

/// in: pixels `lda` apart, K channels; weights packed; bias N; out: pixels `ldc` apart. `added`, where not NULL, has out's channels,
/// pixels `ldd` apart.
typedef struct {
    const float *in;
    ptrdiff_t lda;
    int K, N;
    const float *weights, *bias, *added;
    ptrdiff_t ldd;
    ck_limits limits;
    float *out;
    ptrdiff_t ldc;
} ck_pointwise;

CK_INLINE void ck_pointwise_rows(const int MR, const ck_columns at, const ck_pointwise *c, int p, int n, const float *panel) {
    ck_vector acc[2 * CK_ROWS];
#pragma clang loop unroll(full)
    for (int i = 0; i < MR; i++)
#pragma clang loop unroll(full)
        for (int v = 0; v < at.vectors; v++) acc[i * at.vectors + v] = ck_load(c->bias + n + CK_LANES * v, at.lanes);
    ck_multiply(MR, at, c->in + p * c->lda, c->lda, panel, c->K, acc);
    if (c->added) {
        const float *added = c->added + p * c->ldd + n;
#pragma clang loop unroll(full)
        for (int i = 0; i < MR; i++)
#pragma clang loop unroll(full)
            for (int v = 0; v < at.vectors; v++)
                acc[i * at.vectors + v] = ck_add(acc[i * at.vectors + v], ck_load(added + i * c->ldd + CK_LANES * v, at.lanes));
    }
    ck_vector low = ck_set(c->limits.low), high = ck_set(c->limits.high);
    float *out = c->out + p * c->ldc + n;
#pragma clang loop unroll(full)
    for (int i = 0; i < MR; i++)
#pragma clang loop unroll(full)
        for (int v = 0; v < at.vectors; v++) ck_store(out + i * c->ldc + CK_LANES * v, ck_limit(acc[i * at.vectors + v], low, high), at.lanes);
}

CK_INLINE void ck_pointwise_columns(const ck_columns at, const ck_pointwise *c, int pixels, int n, const float *panel) {
    int p = 0;
#define ROWS(count) ck_pointwise_rows(count, at, c, p, n, panel), p += count
    while (p + CK_ROWS <= pixels) ROWS(CK_ROWS);
    if (CK_ROWS > 6 && p + 6 <= pixels) ROWS(6);
    // What is left goes in one piece: few rows wait for each other's sums.
    switch (pixels - p) {
        case 5: ROWS(5); break;
        case 4: ROWS(4); break;
        case 3: ROWS(3); break;
        case 2: ROWS(2); break;
        case 1: ROWS(1); break;
    }
#undef ROWS
}

static void ck_run_pointwise(const ck_pointwise *c, int pixels) {
    const float *panel = c->weights;
#define COLUMNS(at, n, panel) ck_pointwise_columns(at, c, pixels, n, panel)
    CK_FOR_COLUMNS(c->N, c->K, panel, COLUMNS);
#undef COLUMNS
}

CK_END
#endif
#endif
