/// 1×1 convolution; see vector.h for how it is compiled.
#include "conv1x1.h"
#include "pointwise.h"

#if defined(__x86_64__)
CK_BEGIN

static void run_pixels(const ck_conv *c, const float *in, const float *added, int pixels, float *out, ptrdiff_t ldc) {
    ck_pointwise run = {.in = in,
                        .lda = c->in.pixel,
                        .K = c->in.channels,
                        .N = c->out.channels,
                        .weights = c->weights,
                        .bias = c->bias,
                        .added = added,
                        .ldd = c->added.pixel,
                        .limits = c->limits,
                        .out = out,
                        .ldc = ldc};
    ck_run_pointwise(&run, pixels);
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
        run_pixels(c, c->in.data + y * c->in.row, NULL, c->conv_width, rows, channels);
        if (two) run_pixels(c, c->in.data + (y + 1) * c->in.row, NULL, c->conv_width, second, channels);
        pool_rows(rows, second, c->conv_width, channels, c->out.data + index * c->out.row, c->out.pixel);
        return;
    }
    int run = ck_conv1x1_run_length(c), blocks = (run + c->block - 1) / c->block;
    int y = index / blocks, first = index % blocks * c->block;
    int pixels = run - first < c->block ? run - first : c->block;
    const float *added = c->added.data ? c->added.data + y * c->added.row + first * c->added.pixel : NULL;
    run_pixels(c, c->in.data + y * c->in.row + first * c->in.pixel, added, pixels, c->out.data + y * c->out.row + first * c->out.pixel,
               c->out.pixel);
}

CK_END
#else
void CK_RUN(void *context, int index, int worker) { __builtin_trap(); }
#endif
