#include "CKernels.h"
#include "avx2.h"
#include "winograd.h"
#include "winograd_transforms.h"

int ck_winograd_tasks(const ck_conv *c) { return (c->tile_count + c->block - 1) / c->block; }

static int k_block(const ck_conv *c) { return c->in.channels < CK_K_BLOCK ? c->in.channels : CK_K_BLOCK; }

static ptrdiff_t m_stride(const ck_conv *c) { return (ptrdiff_t)c->block * c->out.channels + 16; }

size_t ck_winograd_scratch(const ck_conv *c) {
    int square = (c->tile + 2) * (c->tile + 2);
    return (size_t)square * (size_t)(ck_v_stride(c->block, k_block(c)) + m_stride(c));
}

#if defined(__x86_64__)
CK_AVX2_BEGIN

// The addresses of a tile's N × N input pixels; those outside the map read zeros.
static void tile_pixels(const ck_conv *c, int N, const int32_t *tile, const float **pixels) {
    for (int i = 0; i < N; i++) {
        int y = tile[0] + (i - 1) * c->dilation;
        bool row = y >= 0 && y < c->in.height;
        for (int j = 0; j < N; j++) {
            int x = tile[1] + (j - 1) * c->dilation;
            pixels[i * N + j] = row && x >= 0 && x < c->in.width ? c->in.data + y * c->in.row + x * c->in.pixel : c->zeros;
        }
    }
}

CK_INLINE void multiply_rows(const int MR, const int NV, const bool first, const float *v, int K, const float *u, float *m,
                             int N) {
    __m256 acc[12];
#pragma clang loop unroll(full)
    for (int i = 0; i < MR; i++)
#pragma clang loop unroll(full)
        for (int j = 0; j < NV; j++) acc[i * NV + j] = first ? _mm256_setzero_ps() : _mm256_loadu_ps(m + i * N + 8 * j);
    ck_multiply(MR, NV, v, K, u, K, acc);
#pragma clang loop unroll(full)
    for (int i = 0; i < MR; i++)
#pragma clang loop unroll(full)
        for (int j = 0; j < NV; j++) _mm256_storeu_ps(m + i * N + 8 * j, acc[i * NV + j]);
}

CK_INLINE void multiply_panel(const int NV, const bool first, const float *v, int tiles, int K, const float *u,
                              float *m, int N) {
    int t = 0;
    if (NV == 1)
        for (; t + 12 <= tiles; t += 12) multiply_rows(12, NV, first, v + t * K, K, u, m + t * N, N);
    for (; t + 6 <= tiles; t += 6) multiply_rows(6, NV, first, v + t * K, K, u, m + t * N, N);
    if (t + 4 <= tiles) multiply_rows(4, NV, first, v + t * K, K, u, m + t * N, N), t += 4;
    if (t + 2 <= tiles) multiply_rows(2, NV, first, v + t * K, K, u, m + t * N, N), t += 2;
    if (t < tiles) multiply_rows(1, NV, first, v + t * K, K, u, m + t * N, N);
}

CK_INLINE void multiply(const bool first, const float *v, int tiles, int K, const float *u, float *m, int N) {
    for (int n = 0, width; n < N; n += width, u += (ptrdiff_t)K * width) {
        width = ck_panel_width(n, N);
        if (width == 16) multiply_panel(2, first, v, tiles, K, u, m + n, N);
        else multiply_panel(1, first, v, tiles, K, u, m + n, N);
    }
}

// M (N² points) → the tile's outputs with bias and ReLU, 8 channels from `n` on.
CK_INLINE void transform_output(const int tile, const float *m, ptrdiff_t stride, __m256 bias, __m256 *result) {
    const int N = tile + 2;
    __m256 half[48];
#pragma clang loop unroll(full)
    for (int x = 0; x < N; x++) {
        __m256 column[8];
#pragma clang loop unroll(full)
        for (int y = 0; y < N; y++) column[y] = _mm256_loadu_ps(m + (y * N + x) * stride);
        if (tile == 6) ck_output6(column, 1, half + x, N);
        else ck_output4(column, 1, half + x, N);
    }
#pragma clang loop unroll(full)
    for (int y = 0; y < tile; y++) {
        __m256 row[6];
        if (tile == 6) ck_output6(half + y * N, 1, row, 1);
        else ck_output4(half + y * N, 1, row, 1);
#pragma clang loop unroll(full)
        for (int x = 0; x < tile; x++) result[y * tile + x] = ck_relu(_mm256_add_ps(row[x], bias));
    }
}

CK_INLINE void store_tile(const int tile, const ck_conv *c, const int32_t *at, int n, const __m256 *result) {
    int rows = (c->conv_height - at[0] + c->dilation - 1) / c->dilation;
    int columns = (c->conv_width - at[1] + c->dilation - 1) / c->dilation;
    ptrdiff_t row = c->dilation * c->out.row, pixel = c->dilation * c->out.pixel;
    float *out = c->out.data + at[0] * c->out.row + at[1] * c->out.pixel + n;
    if (rows >= tile && columns >= tile) {
#pragma clang loop unroll(full)
        for (int y = 0; y < tile; y++)
#pragma clang loop unroll(full)
            for (int x = 0; x < tile; x++) _mm256_storeu_ps(out + y * row + x * pixel, result[y * tile + x]);
        return;
    }
    for (int y = 0; y < tile && y < rows; y++)
        for (int x = 0; x < tile && x < columns; x++) _mm256_storeu_ps(out + y * row + x * pixel, result[y * tile + x]);
}

// At an odd edge the one existing row or column stands for both: the same mean.
CK_INLINE void store_pooled(const int tile, const ck_conv *c, const int32_t *at, int n, const __m256 *result) {
    int rows = c->conv_height - at[0], columns = c->conv_width - at[1];
    float *out = c->out.data + at[0] / 2 * c->out.row + at[1] / 2 * c->out.pixel + n;
    __m256 quarter = _mm256_set1_ps(0.25f);
    for (int y = 0; y < tile && y < rows; y += 2) {
        int below = y + 1 < rows ? tile : 0;
        for (int x = 0; x < tile && x < columns; x += 2) {
            int right = x + 1 < columns ? 1 : 0;
            const __m256 *r = result + y * tile + x;
            __m256 sum = _mm256_add_ps(_mm256_add_ps(r[0], r[right]), _mm256_add_ps(r[below], r[below + right]));
            _mm256_storeu_ps(out + y / 2 * c->out.row + x / 2 * c->out.pixel, _mm256_mul_ps(sum, quarter));
        }
    }
}

CK_INLINE void run_strip(const int tile, const ck_conv *c, int first, int tiles, float *scratch) {
    const int points = tile + 2, square = points * points;
    int N = c->out.channels;
    ptrdiff_t ms = m_stride(c);
    float *M = scratch, *V = scratch + square * ms;
    for (int k0 = 0; k0 < c->in.channels; k0 += CK_K_BLOCK) {
        int K = c->in.channels - k0 < CK_K_BLOCK ? c->in.channels - k0 : CK_K_BLOCK;
        ptrdiff_t vs = ck_v_stride(c->block, K);
        for (int t = 0; t < tiles; t++) {
            const float *pixels[64];
            tile_pixels(c, points, c->tiles + 2 * (first + t), pixels);
            for (int k = 0; k < K; k += 8) ck_transform_input(points, pixels, k0 + k, V + t * K + k, vs);
        }
        const float *U = c->weights + (ptrdiff_t)k0 * N * square;
        for (int xi = 0; xi < square; xi++, U += (ptrdiff_t)K * N) {
            if (k0 == 0) multiply(true, V + xi * vs, tiles, K, U, M + xi * ms, N);
            else multiply(false, V + xi * vs, tiles, K, U, M + xi * ms, N);
        }
    }
    for (int t = 0; t < tiles; t++)
        for (int n = 0; n < N; n += 8) {
            __m256 result[36];
            transform_output(tile, M + t * N + n, ms, _mm256_loadu_ps(c->bias + n), result);
            if (c->pool) store_pooled(tile, c, c->tiles + 2 * (first + t), n, result);
            else store_tile(tile, c, c->tiles + 2 * (first + t), n, result);
        }
}

void ck_winograd_avx2_run(void *context, int index, int worker) {
    const ck_conv *c = context;
    int first = index * c->block, tiles = c->tile_count - first < c->block ? c->tile_count - first : c->block;
    float *scratch = c->scratch + worker * c->scratch_stride;
    if (c->tile == 6) run_strip(6, c, first, tiles, scratch);
    else run_strip(4, c, first, tiles, scratch);
}

CK_AVX2_END
#else
void ck_winograd_avx2_run(void *context, int index, int worker) { __builtin_trap(); }
#endif
