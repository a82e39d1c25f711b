#include "CKernels.h"
#include "avx2.h"

// weights (out, in) → [panel][in][panel width]
void ck_conv1x1_pack(const float *weights, int in, int out, float *packed) {
    for (int n = 0, width; n < out; n += width) {
        width = ck_panel_width(n, out);
        for (int k = 0; k < in; k++)
            for (int j = 0; j < width; j++) *packed++ = weights[(size_t)(n + j) * in + k];
    }
}

static bool is_flat(const ck_map *map) { return map->row == map->width * map->pixel; }

// With pooling a task is a row of the pooled map; otherwise a run of pixels, over row ends where the maps allow it.
static int pixels_per_run(const ck_conv *c) {
    return is_flat(&c->in) && is_flat(&c->out) ? c->conv_height * c->conv_width : c->conv_width;
}

int ck_conv1x1_tasks(const ck_conv *c) {
    if (c->pool) return c->out.height;
    int run = pixels_per_run(c), runs = c->conv_height * c->conv_width / run;
    return runs * ((run + c->block - 1) / c->block);
}

size_t ck_conv1x1_scratch(const ck_conv *c) { return c->pool ? (size_t)2 * c->conv_width * c->out.channels : 0; }

#if defined(__x86_64__)
CK_AVX2_BEGIN

CK_INLINE void rows_by_panel(const int MR, const int NV, const float *in, ptrdiff_t lda, const float *panel, int K,
                             const float *bias, float *out, ptrdiff_t ldc) {
    __m256 acc[12];
#pragma clang loop unroll(full)
    for (int i = 0; i < MR; i++)
#pragma clang loop unroll(full)
        for (int v = 0; v < NV; v++) acc[i * NV + v] = _mm256_loadu_ps(bias + 8 * v);
    ck_multiply(MR, NV, in, lda, panel, K, acc);
#pragma clang loop unroll(full)
    for (int i = 0; i < MR; i++)
#pragma clang loop unroll(full)
        for (int v = 0; v < NV; v++) _mm256_storeu_ps(out + i * ldc + 8 * v, ck_relu(acc[i * NV + v]));
}

CK_INLINE void pixels_by_panel(const int NV, const float *in, ptrdiff_t lda, int pixels, const float *panel, int K,
                               const float *bias, float *out, ptrdiff_t ldc) {
    int p = 0;
    for (; p + 6 <= pixels; p += 6) rows_by_panel(6, NV, in + p * lda, lda, panel, K, bias, out + p * ldc, ldc);
    if (p + 4 <= pixels) rows_by_panel(4, NV, in + p * lda, lda, panel, K, bias, out + p * ldc, ldc), p += 4;
    if (p + 2 <= pixels) rows_by_panel(2, NV, in + p * lda, lda, panel, K, bias, out + p * ldc, ldc), p += 2;
    if (p < pixels) rows_by_panel(1, NV, in + p * lda, lda, panel, K, bias, out + p * ldc, ldc);
}

static void run_pixels(const ck_conv *c, const float *in, int pixels, float *out, ptrdiff_t ldc) {
    int K = c->in.channels, N = c->out.channels;
    const float *panel = c->weights;
    for (int n = 0, width; n < N; n += width, panel += (ptrdiff_t)K * width) {
        width = ck_panel_width(n, N);
        if (width == 16) pixels_by_panel(2, in, c->in.pixel, pixels, panel, K, c->bias + n, out + n, ldc);
        else pixels_by_panel(1, in, c->in.pixel, pixels, panel, K, c->bias + n, out + n, ldc);
    }
}

static void pool_rows(const float *top, const float *bottom, int width, int channels, float *out, ptrdiff_t pixel) {
    for (int x = 0; x < width; x += 2, out += pixel) {
        int step = x + 1 < width ? channels : 0;
        __m256 quarter = _mm256_set1_ps(0.25f);
        for (int n = 0; n < channels; n += 8) {
            const float *t = top + (ptrdiff_t)x * channels + n, *b = bottom + (ptrdiff_t)x * channels + n;
            __m256 sum = _mm256_add_ps(_mm256_add_ps(_mm256_loadu_ps(t), _mm256_loadu_ps(t + step)),
                                       _mm256_add_ps(_mm256_loadu_ps(b), _mm256_loadu_ps(b + step)));
            _mm256_storeu_ps(out + n, _mm256_mul_ps(sum, quarter));
        }
    }
}

void ck_conv1x1_avx2_run(void *context, int index, int worker) {
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
    int run = pixels_per_run(c), blocks = (run + c->block - 1) / c->block;
    int y = index / blocks, first = index % blocks * c->block;
    int pixels = run - first < c->block ? run - first : c->block;
    run_pixels(c, c->in.data + y * c->in.row + first * c->in.pixel, pixels,
               c->out.data + y * c->out.row + first * c->out.pixel, c->out.pixel);
}

CK_AVX2_END
#else
void ck_conv1x1_avx2_run(void *context, int index, int worker) { __builtin_trap(); }
#endif
