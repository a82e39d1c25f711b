/// 3×3 convolution by Winograd; see vector.h for how it is compiled.
#include "vector.h"
#include "winograd.h"
#include "winograd_transforms.h"

#if defined(__x86_64__)
CK_BEGIN

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

CK_INLINE void multiply_rows(const int MR, const ck_columns at, const bool first, const float *v, int K, const float *u, float *m, int N) {
    ck_vector acc[2 * CK_ROWS];
#pragma clang loop unroll(full)
    for (int i = 0; i < MR; i++)
#pragma clang loop unroll(full)
        for (int j = 0; j < at.vectors; j++) acc[i * at.vectors + j] = first ? ck_zero() : ck_load(m + i * N + CK_LANES * j, at.lanes);
    ck_multiply(MR, at, v, K, u, K, acc);
#pragma clang loop unroll(full)
    for (int i = 0; i < MR; i++)
#pragma clang loop unroll(full)
        for (int j = 0; j < at.vectors; j++) ck_store(m + i * N + CK_LANES * j, acc[i * at.vectors + j], at.lanes);
}

CK_INLINE void multiply_columns(const ck_columns at, const bool first, const float *v, int tiles, int K, const float *u, float *m, int N) {
    int t = 0;
#define ROWS(n) multiply_rows(n, at, first, v + t * K, K, u, m + t * N, N), t += n
    if (at.vectors == 1 || CK_ROWS == 12)
        while (t + 12 <= tiles) ROWS(12);
    while (t + 6 <= tiles) ROWS(6);
    if (t + 4 <= tiles) ROWS(4);
    if (t + 2 <= tiles) ROWS(2);
    if (t < tiles) ROWS(1);
#undef ROWS
}

CK_INLINE void multiply(const bool first, const float *v, int tiles, int K, const float *u, float *m, int N) {
#define COLUMNS(at, n, u) multiply_columns(at, first, v, tiles, K, u, m + n, N)
    CK_FOR_COLUMNS(N, K, u, COLUMNS);
#undef COLUMNS
}

// M (N² points) → the tile's outputs with bias and activation, `lanes` channels.
CK_INLINE void transform_output(const int tile, const int lanes, const float *m, ptrdiff_t stride, ck_vector bias, ck_limits limits,
                                ck_vector *result) {
    const int N = tile + 2;
    ck_vector half[48], low = ck_set(limits.low), high = ck_set(limits.high);
#pragma clang loop unroll(full)
    for (int x = 0; x < N; x++) {
        ck_vector column[8];
#pragma clang loop unroll(full)
        for (int y = 0; y < N; y++) column[y] = ck_load(m + (y * N + x) * stride, lanes);
        if (tile == 6) ck_output6(column, 1, half + x, N);
        else ck_output4(column, 1, half + x, N);
    }
#pragma clang loop unroll(full)
    for (int y = 0; y < tile; y++) {
        ck_vector row[6];
        if (tile == 6) ck_output6(half + y * N, 1, row, 1);
        else ck_output4(half + y * N, 1, row, 1);
#pragma clang loop unroll(full)
        for (int x = 0; x < tile; x++) result[y * tile + x] = ck_limit(ck_add(row[x], bias), low, high);
    }
}

CK_INLINE void store_tile(const int tile, const int lanes, const ck_conv *c, const int32_t *at, int n, const ck_vector *result) {
    int rows = (c->conv_height - at[0] + c->dilation - 1) / c->dilation;
    int columns = (c->conv_width - at[1] + c->dilation - 1) / c->dilation;
    ptrdiff_t row = c->dilation * c->out.row, pixel = c->dilation * c->out.pixel;
    float *out = c->out.data + at[0] * c->out.row + at[1] * c->out.pixel + n;
    if (rows >= tile && columns >= tile) {
#pragma clang loop unroll(full)
        for (int y = 0; y < tile; y++)
#pragma clang loop unroll(full)
            for (int x = 0; x < tile; x++) ck_store(out + y * row + x * pixel, result[y * tile + x], lanes);
        return;
    }
    for (int y = 0; y < tile && y < rows; y++)
        for (int x = 0; x < tile && x < columns; x++) ck_store(out + y * row + x * pixel, result[y * tile + x], lanes);
}

// At an odd edge the one existing row or column stands for both: the same mean.
CK_INLINE void store_pooled(const int tile, const int lanes, const ck_conv *c, const int32_t *at, int n, const ck_vector *result) {
    int rows = c->conv_height - at[0], columns = c->conv_width - at[1];
    float *out = c->out.data + at[0] / 2 * c->out.row + at[1] / 2 * c->out.pixel + n;
    ck_vector quarter = ck_set(0.25f);
    for (int y = 0; y < tile && y < rows; y += 2) {
        int below = y + 1 < rows ? tile : 0;
        for (int x = 0; x < tile && x < columns; x += 2) {
            int right = x + 1 < columns ? 1 : 0;
            const ck_vector *r = result + y * tile + x;
            ck_vector sum = ck_add(ck_add(r[0], r[right]), ck_add(r[below], r[below + right]));
            ck_store(out + y / 2 * c->out.row + x / 2 * c->out.pixel, ck_mul(sum, quarter), lanes);
        }
    }
}

CK_INLINE void finish(const int tile, const int lanes, const ck_conv *c, const int32_t *at, int n, const float *m, ptrdiff_t stride) {
    ck_vector result[36];
    transform_output(tile, lanes, m, stride, ck_load(c->bias + n, lanes), c->limits, result);
    if (c->pool) store_pooled(tile, lanes, c, at, n, result);
    else store_tile(tile, lanes, c, at, n, result);
}

CK_INLINE void run_strip(const int tile, const ck_conv *c, int first, int tiles, float *scratch) {
    const int points = tile + 2, square = points * points;
    int N = c->out.channels;
    ptrdiff_t ms = ck_m_stride(c);
    float *M = scratch, *V = scratch + square * ms;
    for (int k0 = 0; k0 < c->in.channels; k0 += CK_K_BLOCK) {
        int K = c->in.channels - k0 < CK_K_BLOCK ? c->in.channels - k0 : CK_K_BLOCK;
        ptrdiff_t vs = ck_v_stride(c->block, K);
        for (int t = 0; t < tiles; t++) {
            const float *pixels[64];
            tile_pixels(c, points, c->tiles + 2 * (first + t), pixels);
            ck_transform_tile(points, pixels, k0, K, V + t * K, vs);
        }
        const float *U = c->weights + (ptrdiff_t)k0 * N * square;
        for (int xi = 0; xi < square; xi++, U += (ptrdiff_t)K * N) {
            if (k0 == 0) multiply(true, V + xi * vs, tiles, K, U, M + xi * ms, N);
            else multiply(false, V + xi * vs, tiles, K, U, M + xi * ms, N);
        }
    }
    for (int t = 0; t < tiles; t++) {
        int n = 0;
        for (; n + CK_LANES <= N; n += CK_LANES) finish(tile, CK_LANES, c, c->tiles + 2 * (first + t), n, M + t * N + n, ms);
        if (n < N) finish(tile, 8, c, c->tiles + 2 * (first + t), n, M + t * N + n, ms);
    }
}

void CK_RUN(void *context, int index, int worker) {
    const ck_conv *c = context;
    int first = index * c->block, tiles = c->tile_count - first < c->block ? c->tile_count - first : c->block;
    float *scratch = c->scratch + worker * c->scratch_stride;
    if (c->tile == 6) run_strip(6, c, first, tiles, scratch);
    else run_strip(4, c, first, tiles, scratch);
}

CK_END
#else
void CK_RUN(void *context, int index, int worker) { __builtin_trap(); }
#endif
