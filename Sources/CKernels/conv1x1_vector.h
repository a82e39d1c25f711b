/// 1×1 convolution; see vector.h for how it is compiled.
#include "conv1x1.h"
#include "vector.h"

#if defined(__x86_64__)
CK_BEGIN

CK_INLINE void rows_by_columns(const int MR, const ck_columns at, const float *in, ptrdiff_t lda, const float *panel, int K,
                               const float *bias, float *out, ptrdiff_t ldc) {
    ck_vector acc[2 * CK_ROWS];
#pragma clang loop unroll(full)
    for (int i = 0; i < MR; i++)
#pragma clang loop unroll(full)
        for (int v = 0; v < at.vectors; v++) acc[i * at.vectors + v] = ck_load(bias + CK_LANES * v, at.lanes);
    ck_multiply(MR, at, in, lda, panel, K, acc);
#pragma clang loop unroll(full)
    for (int i = 0; i < MR; i++)
#pragma clang loop unroll(full)
        for (int v = 0; v < at.vectors; v++) ck_store(out + i * ldc + CK_LANES * v, ck_relu(acc[i * at.vectors + v]), at.lanes);
}

CK_INLINE void pixels_by_columns(const ck_columns at, const float *in, ptrdiff_t lda, int pixels, const float *panel, int K,
                                 const float *bias, float *out, ptrdiff_t ldc) {
    int p = 0;
#define ROWS(n) rows_by_columns(n, at, in + p * lda, lda, panel, K, bias, out + p * ldc, ldc), p += n
    while (p + CK_ROWS <= pixels) ROWS(CK_ROWS);
    if (CK_ROWS > 6 && p + 6 <= pixels) ROWS(6);
    if (p + 4 <= pixels) ROWS(4);
    if (p + 2 <= pixels) ROWS(2);
    if (p < pixels) ROWS(1);
#undef ROWS
}

static void run_pixels(const ck_conv *c, const float *in, int pixels, float *out, ptrdiff_t ldc) {
    int K = c->in.channels, N = c->out.channels;
    const float *panel = c->weights;
#define COLUMNS(at, n, panel) pixels_by_columns(at, in, c->in.pixel, pixels, panel, K, c->bias + n, out + n, ldc)
    CK_FOR_COLUMNS(N, K, panel, COLUMNS);
#undef COLUMNS
}

CK_INLINE void pool_lanes(const int lanes, const float *t, const float *b, int step, float *out) {
    ck_vector sum = ck_add(ck_add(ck_load(t, lanes), ck_load(t + step, lanes)), ck_add(ck_load(b, lanes), ck_load(b + step, lanes)));
    ck_store(out, ck_mul(sum, ck_set(0.25f)), lanes);
}

static void pool_rows(const float *top, const float *bottom, int width, int channels, float *out, ptrdiff_t pixel) {
    for (int x = 0; x < width; x += 2, out += pixel) {
        int step = x + 1 < width ? channels : 0, n = 0;
        const float *t = top + (ptrdiff_t)x * channels, *b = bottom + (ptrdiff_t)x * channels;
        for (; n + CK_LANES <= channels; n += CK_LANES) pool_lanes(CK_LANES, t + n, b + n, step, out + n);
        if (n < channels) pool_lanes(8, t + n, b + n, step, out + n);
    }
}

void CK_RUN(void *context, int index, int worker) {
    const ck_conv *c = context;
    if (c->pool) {
        // At an odd edge the one existing row or column stands for both: the same mean.
        float *rows = c->scratch + worker * c->scratch_stride;
        int y = 2 * index, channels = c->out.channels, two = y + 1 < c->conv_height;
        float *second = two ? rows + (ptrdiff_t)c->conv_width * channels : rows;
        run_pixels(c, c->in.data + y * c->in.row, c->conv_width, rows, channels);
        if (two) run_pixels(c, c->in.data + (y + 1) * c->in.row, c->conv_width, second, channels);
        pool_rows(rows, second, c->conv_width, channels, c->out.data + index * c->out.row, c->out.pixel);
        return;
    }
    int run = ck_conv1x1_run_length(c), blocks = (run + c->block - 1) / c->block;
    int y = index / blocks, first = index % blocks * c->block;
    int pixels = run - first < c->block ? run - first : c->block;
    run_pixels(c, c->in.data + y * c->in.row + first * c->in.pixel, pixels,
               c->out.data + y * c->out.row + first * c->out.pixel, c->out.pixel);
}

CK_END
#else
void CK_RUN(void *context, int index, int worker) { __builtin_trap(); }
#endif
