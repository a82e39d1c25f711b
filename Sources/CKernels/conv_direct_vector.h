/// k×k convolution straight from the input; see vector.h for how it is compiled.
#include "CKernels.h"
#include "vector.h"

#if defined(__x86_64__)
CK_BEGIN

/// MR neighbouring output pixels. A kernel row is one contiguous segment of the input where pixels lie side by side, else
/// one segment a tap.
CK_INLINE void block(const int MR, const ck_columns at, const ck_conv *c, const float *in, const float *panel, const float *bias, float *out) {
    ck_vector acc[2 * CK_ROWS];
#pragma clang loop unroll(full)
    for (int i = 0; i < MR; i++)
#pragma clang loop unroll(full)
        for (int v = 0; v < at.vectors; v++) acc[i * at.vectors + v] = ck_load(bias + CK_LANES * v, at.lanes);
    int contiguous = c->dilation == 1 && c->in.pixel == c->in.channels;
    int segments = contiguous ? 1 : c->kernel, length = contiguous ? c->kernel * c->in.channels : c->in.channels;
    ptrdiff_t lda = c->stride * c->in.pixel;
    for (int ky = 0; ky < c->kernel; ky++)
        for (int s = 0; s < segments; s++, panel += length * at.step)
            ck_multiply(MR, at, in + ky * c->dilation * c->in.row + s * c->dilation * c->in.pixel, lda, panel, length, acc);
    ck_vector low = ck_set(c->limits.low), high = ck_set(c->limits.high);
#pragma clang loop unroll(full)
    for (int i = 0; i < MR; i++)
#pragma clang loop unroll(full)
        for (int v = 0; v < at.vectors; v++)
            ck_store(out + i * c->out.pixel + CK_LANES * v, ck_limit(acc[i * at.vectors + v], low, high), at.lanes);
}

CK_INLINE void output_row(const ck_columns at, const ck_conv *c, const float *in, const float *panel, const float *bias, float *out) {
    ptrdiff_t step = c->stride * c->in.pixel;
    int x = 0;
    for (; x + CK_ROWS <= c->conv_width; x += CK_ROWS) block(CK_ROWS, at, c, in + x * step, panel, bias, out + x * c->out.pixel);
    for (; x < c->conv_width; x++) block(1, at, c, in + x * step, panel, bias, out + x * c->out.pixel);
}

void CK_RUN(void *context, int index, int worker) {
    const ck_conv *c = context;
    int N = c->out.channels, pad = c->dilation * (c->kernel / 2);
    int last = (index + 1) * c->block < c->conv_height ? (index + 1) * c->block : c->conv_height;
    ptrdiff_t K = (ptrdiff_t)c->in.channels * c->kernel * c->kernel;
    for (int y = index * c->block; y < last; y++) {
        const float *in = c->in.data + (y * c->stride - pad) * c->in.row - pad * c->in.pixel;
        const float *panel = c->weights;
        float *out = c->out.data + y * c->out.row;
#define COLUMNS(at, n, panel) output_row(at, c, in, panel, c->bias + n, out + n)
        CK_FOR_COLUMNS(N, K, panel, COLUMNS);
#undef COLUMNS
    }
}

CK_END
#else
void CK_RUN(void *context, int index, int worker) { __builtin_trap(); }
#endif
