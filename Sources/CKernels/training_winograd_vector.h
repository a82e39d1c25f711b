/// 3×3 convolutions for training, by Winograd; see vector.h for how it is compiled.
#include "training_depthwise_vector.h"
#include "training_gemm_vector.h"
#include "training_winograd.h"

#if defined(__x86_64__)
#include <string.h>

enum { SUM_CHANNELS = 16 };  // 9 cache lines of dw

static const float zeros[IN_BLOCK];

// Where the tiles of a map lie.
typedef struct {
    int height, width, dilation, rows, columns, count;
} grid;

static grid make_grid(const ct_convolution *c) {
    int d = c->dilation, rows = ct_parts(ct_parts(c->height, d), 4), columns = ct_parts(ct_parts(c->width, d), 4);
    return (grid){c->height, c->width, d, rows, columns, c->batch * d * d * rows * columns};
}

// First output pixel of a tile; its inputs start one dilation above and to the left.
typedef struct {
    int image, y, x;
} corner;

static corner tile_corner(const grid *g, int tile) {
    int column = tile % g->columns, row = tile / g->columns % g->rows, phase = tile / (g->columns * g->rows);
    int d = g->dilation, px = phase % d, py = phase / d % d;
    return (corner){phase / (d * d), py + row * 4 * d, px + column * 4 * d};
}

CK_BEGIN

typedef ck_vector v;

CK_INLINE v add(v a, v b) { return ck_add(a, b); }
CK_INLINE v sub(v a, v b) { return ck_sub(a, b); }
CK_INLINE v add_times(v c, float k, v a) { return ck_fma(ck_set(k), a, c); }
CK_INLINE v sub_times(v c, float k, v a) { return ck_fnma(ck_set(k), a, c); }

// Bᵀ
CK_INLINE void transform_input(const v a[6], v r[6]) {
    v even = sub_times(a[4], 2, a[2]), odd = sub_times(a[3], 2, a[1]), even2 = sub_times(a[4], 0.5f, a[2]), odd2 = sub_times(a[3], 0.5f, a[1]);
    r[0] = sub_times(add(a[0], a[4]), 2.5f, a[2]);
    r[1] = add_times(even, low, odd);
    r[2] = sub_times(even, low, odd);
    r[3] = add_times(even2, high, odd2);
    r[4] = sub_times(even2, high, odd2);
    r[5] = sub_times(add(a[1], a[5]), 2.5f, a[3]);
}

// Aᵀ
CK_INLINE void transform_output(const v m[6], v y[4]) {
    v sum12 = add(m[1], m[2]), difference12 = sub(m[1], m[2]), sum34 = add(m[3], m[4]), difference34 = sub(m[3], m[4]);
    y[0] = add(add(m[0], sum12), sum34);
    y[1] = add_times(ck_mul(ck_set(high), difference34), low, difference12);
    y[2] = add_times(add(sum34, sum34), 0.5f, sum12);
    y[3] = add_times(add_times(m[5], 2 * high, difference34), low / 2, difference12);
}

// A
CK_INLINE void transform_gradient(const v a[4], v r[6]) {
    v even = add_times(a[0], 0.5f, a[2]), odd = add_times(a[1], 0.5f, a[3]), even2 = add_times(a[0], 2, a[2]), odd2 = add_times(a[1], 2, a[3]);
    r[0] = a[0];
    r[1] = add_times(even, low, odd);
    r[2] = sub_times(even, low, odd);
    r[3] = add_times(even2, high, odd2);
    r[4] = sub_times(even2, high, odd2);
    r[5] = a[3];
}

// The pixels of a tile: all inside the map, or addresses one by one, with zeros for those outside.
typedef struct {
    const float *first;
    ptrdiff_t row, column;  // steps in floats
    bool whole;
    const float *pixels[36];
} source;

// `lead` pixels stand above and to the left of the tile's corner.
CK_INLINE void find_pixels(const grid *g, corner at, const int size, const int lead, const float *x, ptrdiff_t stride, source *s) {
    int d = g->dilation, top = at.y - lead * d, left = at.x - lead * d, span = (size - 1) * d;
    ptrdiff_t row = (ptrdiff_t)g->width * stride;
    s->row = d * row;
    s->column = d * stride;
    s->whole = top >= 0 && left >= 0 && top + span < g->height && left + span < g->width;
    const float *first = x + (ptrdiff_t)at.image * g->height * row + top * row + left * stride;
    s->first = first;
    if (s->whole) return;
    for (int i = 0; i < size; i++) {
        bool row_inside = top + i * d >= 0 && top + i * d < g->height;
        for (int j = 0; j < size; j++) {
            bool inside = row_inside && left + j * d >= 0 && left + j * d < g->width;
            s->pixels[i * size + j] = inside ? first + i * s->row + j * s->column : zeros;
        }
    }
}

// Gets a tile that comes soon into the cache: its middle, which no tile before it has read.
CK_INLINE void prefetch_pixels(const grid *g, corner at, int channels, const float *x, ptrdiff_t stride) {
    for (int i = 0; i < 4; i++)
        for (int j = 0; j < 4; j++) {
            int y = at.y + i * g->dilation, column = at.x + j * g->dilation;
            if (y >= g->height || column >= g->width) continue;
            const float *pixel = x + ((ptrdiff_t)(at.image * g->height + y) * g->width + column) * stride;
            for (int c = 0; c < channels; c += 16) _mm_prefetch((const char *)(pixel + c), _MM_HINT_T0);
        }
}

CK_INLINE void store_points(const int lanes, const v *r, float *to, ptrdiff_t step) {
#pragma clang loop unroll(full)
    for (int j = 0; j < 6; j++) ck_store(to + j * step, r[j], lanes);
}

// Calls a tile function for all channels, a vector at a time.
#define FOR_CHANNELS(channels, FUNCTION, ...) \
    do { \
        int c = 0; \
        for (; c + CK_LANES <= (channels); c += CK_LANES) FUNCTION(CK_LANES, c, __VA_ARGS__); \
        if (c < (channels)) FUNCTION(8, c, __VA_ARGS__); \
    } while (0)

// Bᵀ d B of one tile, `lanes` channels from `c` on.
CK_INLINE void input_channels(const int lanes, int c, const source *s, float *to, ptrdiff_t point_stride) {
    v t[6][6], a[6], r[6];
    const float *first = s->first + c;
#pragma clang loop unroll(disable)
    for (int j = 0; j < 6; j++, first += s->column) {
        if (s->whole) {
#pragma clang loop unroll(full)
            for (int i = 0; i < 6; i++) a[i] = ck_load(first + i * s->row, lanes);
        } else {
            for (int i = 0; i < 6; i++) a[i] = ck_load(s->pixels[i * 6 + j] + c, lanes);
        }
        transform_input(a, r);
        for (int i = 0; i < 6; i++) t[i][j] = r[i];
    }
#pragma clang loop unroll(disable)
    for (int i = 0; i < 6; i++) {
        transform_input(t[i], r);
        store_points(lanes, r, to + c + 6 * i * point_stride, point_stride);
    }
}

static void input_tile(const source *s, int channels, float *to, ptrdiff_t point_stride) {
    FOR_CHANNELS(channels, input_channels, s, to, point_stride);
}

// A dY Aᵀ, `lanes` channels from `c` on.
CK_INLINE void gradient_channels(const int lanes, int c, const source *s, float *to, ptrdiff_t point_stride) {
    v t[6][4], a[4], r[6];
    const float *first = s->first + c;
#pragma clang loop unroll(disable)
    for (int j = 0; j < 4; j++, first += s->column) {
#pragma clang loop unroll(full)
        for (int i = 0; i < 4; i++) a[i] = ck_load(s->whole ? first + i * s->row : s->pixels[i * 4 + j] + c, lanes);
        transform_gradient(a, r);
        for (int i = 0; i < 6; i++) t[i][j] = r[i];
    }
#pragma clang loop unroll(disable)
    for (int i = 0; i < 6; i++) {
        transform_gradient(t[i], r);
        store_points(lanes, r, to + c + 6 * i * point_stride, point_stride);
    }
}

static void gradient_tile(const source *s, int channels, float *to, ptrdiff_t point_stride) {
    FOR_CHANNELS(channels, gradient_channels, s, to, point_stride);
}

// Aᵀ m A, `lanes` channels from `c` on, written to the tile's pixels that exist.
CK_INLINE void output_channels(const int lanes, int c, const float *m, ptrdiff_t step, const float *bias, float *y, ptrdiff_t row,
                               ptrdiff_t pixel, int rows, int columns, bool accumulate, const float *centre, float *sums, int channels) {
    v t[4][6], a[6], r[4], middle = ck_zero(), first = ck_zero(), second = ck_zero(), start = bias ? ck_load(bias + c, lanes) : ck_zero();
    const float *from = m + c;
#pragma clang loop unroll(disable)
    for (int j = 0; j < 6; j++, from += step) {
        // Point (i, j) stands at 6i + j.
#pragma clang loop unroll(full)
        for (int i = 0; i < 6; i++) a[i] = ck_load(from + 6 * i * step, lanes);
        transform_output(a, r);
        for (int i = 0; i < 4; i++) t[i][j] = r[i];
    }
    if (sums) middle = ck_load(centre + c, lanes);
    float *to = y + c;
#pragma clang loop unroll(disable)
    for (int i = 0; i < rows; i++, to += row) {
        transform_output(t[i], r);
        if (accumulate)
            for (int j = 0; j < columns; j++) r[j] = add(r[j], ck_load(to + j * pixel, lanes));
        if (columns == 4) {
#pragma clang loop unroll(full)
            for (int j = 0; j < 4; j++) ck_store(to + j * pixel, add(r[j], start), lanes);
        } else {
            for (int j = 0; j < columns; j++) ck_store(to + j * pixel, add(r[j], start), lanes);
        }
        if (!sums) continue;
        for (int j = 0; j < columns; j++) {
            v difference = sub(r[j], middle);
            first = add(first, difference);
            second = ck_fma(difference, difference, second);
        }
    }
    if (!sums) return;
    ck_store(sums + c, add(ck_load(sums + c, lanes), first), lanes);
    ck_store(sums + channels + c, add(ck_load(sums + channels + c, lanes), second), lanes);
}

static void output_tile(const float *m, ptrdiff_t step, int channels, const float *bias, float *y, ptrdiff_t row, ptrdiff_t pixel, int rows,
                        int columns, bool accumulate, const float *centre, float *sums, int sum_stride) {
    FOR_CHANNELS(channels, output_channels, m, step, bias, y, row, pixel, rows, columns, accumulate, centre, sums, sum_stride);
}

// MARK: Forward, and data gradient with turned weights

typedef struct {
    ct_engine *engine;
    const ct_convolution *conv;
    grid grid;
    const float *x, *packed, *bias, *dy;
    float *y, *dw;
    ptrdiff_t x_stride, y_stride;
    bool accumulate;
    int in_block, out_block, slots;
    ct_moments moments;
} passage;

static int tiles_left(const grid *g, ct_convolution c, int y, int x, int *columns) {
    *columns = ct_max(0, ct_min(4, ct_parts(c.width - x, g->dilation)));
    return ct_max(0, ct_min(4, ct_parts(c.height - y, g->dilation)));
}

static void forward_task(void *context, int index, int worker) {
    const passage *f = context;
    const ct_convolution *c = f->conv;
    const grid *g = &f->grid;
    int first = index * TILES, count = ct_min(TILES, g->count - first), N16 = ct_round16(c->out);
    float *V = f->engine->scratch + worker * f->engine->scratch_stride, *M = V + POINTS * (TILES * IN_BLOCK + PAD);
    const ct_moments *moments = &f->moments;
    float *sums = moments->sums ? moments->sums + (size_t)index * 2 * moments->channels : NULL;
    if (sums) memset(sums, 0, 2 * (size_t)moments->channels * sizeof(float));
    source pixels;
    for (int nb = 0; nb < N16; nb += OUT_BLOCK) {
        int width = ct_min(OUT_BLOCK, N16 - nb);
        ptrdiff_t m_stride = TILES * width + PAD;
        for (int kb = 0; kb < c->in; kb += IN_BLOCK) {
            int depth = ct_min(IN_BLOCK, c->in - kb);
            ptrdiff_t v_stride = TILES * depth + PAD;
            for (int t = 0; t < count; t++) {
                find_pixels(g, tile_corner(g, first + t), 6, 1, f->x + kb, f->x_stride, &pixels);
                prefetch_pixels(g, tile_corner(g, first + t + AHEAD), depth, f->x + kb, f->x_stride);
                input_tile(&pixels, depth, V + t * depth, v_stride);
            }
            const float *U = f->packed + (size_t)POINTS * kb * N16 + (size_t)nb * depth;
            for (int point = 0; point < POINTS; point++)
                gemm(V + point * v_stride, depth, count, depth, U + (size_t)point * depth * N16, width, NULL, M + point * m_stride, width,
                     kb > 0);
        }
        for (int t = 0; t < count; t++) {
            corner at = tile_corner(g, first + t);
            int columns, rows = tiles_left(g, *c, at.y, at.x, &columns);
            float *y = f->y + ((ptrdiff_t)(at.image * c->height + at.y) * c->width + at.x) * f->y_stride + nb;
            output_tile(M + t * width, m_stride, ct_min(width, c->out - nb), f->bias ? f->bias + nb : NULL, y,
                        (ptrdiff_t)g->dilation * c->width * f->y_stride, g->dilation * f->y_stride, rows, columns, f->accumulate,
                        sums ? moments->centre + nb : NULL, sums ? sums + nb : NULL, moments->channels);
        }
    }
}

static void winograd_forward(ct_engine *engine, const ct_convolution *c, const float *x, ptrdiff_t x_stride, const float *packed,
                             const float *bias, float *y, ptrdiff_t y_stride, bool accumulate, const ct_batch_norm *norm) {
    grid g = make_grid(c);
    int tasks = ct_parts(g.count, TILES);
    passage f = {.engine = engine,
                 .conv = c,
                 .grid = g,
                 .x = x,
                 .packed = packed,
                 .bias = bias,
                 .y = y,
                 .x_stride = x_stride,
                 .y_stride = y_stride,
                 .accumulate = accumulate,
                 .moments = ct_moments_of(engine, norm, tasks)};
    ct_reserve(engine, POINTS * (TILES * (IN_BLOCK + OUT_BLOCK) + 2 * PAD), 0);
    ct_run(engine, forward_task, &f, tasks);
}

// MARK: Weight gradient. A task is one block of inputs by one block of outputs over one slot's tiles.

static void weight_gradient_task(void *context, int index, int worker) {
    const passage *f = context;
    const ct_convolution *c = f->conv;
    const grid *g = &f->grid;
    int out_blocks = ct_parts(c->out, f->out_block), slot = index % f->slots;
    int nb = index / f->slots % out_blocks * f->out_block, kb = index / f->slots / out_blocks * f->in_block;
    int depth = ct_min(f->in_block, c->in - kb), width = ct_min(f->out_block, c->out - nb), width16 = ct_round16(width);
    int strips = ct_parts(g->count, TILES);
    int first = (int)((int64_t)strips * slot / f->slots), last = (int)((int64_t)strips * (slot + 1) / f->slots);
    ptrdiff_t v_stride = TILES * depth + PAD, w_stride = TILES * width16 + PAD;
    float *V = f->engine->scratch + worker * f->engine->scratch_stride, *W = V + POINTS * v_stride;
    float *sum = f->engine->shared + (size_t)index * POINTS * f->in_block * ct_round16(f->out_block);
    source pixels;
    for (int strip = first; strip < last; strip++) {
        int start = strip * TILES, count = ct_min(TILES, g->count - start);
        for (int t = 0; t < count; t++) {
            corner at = tile_corner(g, start + t);
            find_pixels(g, at, 6, 1, f->x + kb, f->x_stride, &pixels);
            input_tile(&pixels, depth, V + t * depth, v_stride);
            find_pixels(g, at, 4, 0, f->dy + nb, f->y_stride, &pixels);
            gradient_tile(&pixels, width, W + t * width16, w_stride);
        }
        for (int point = 0; point < POINTS; point++)
            gemm_transposed(V + point * v_stride, depth, count, depth, W + point * w_stride, width16, 16, width,
                            sum + (size_t)point * depth * width16, width16, strip > first);
    }
}

// Gᵀ over one index.
CK_INLINE void transform_sum(const v m[6], v g[3]) {
    v sum12 = add(m[1], m[2]), sum34 = add(m[3], m[4]);
    g[0] = sub_times(add_times(m[0], 1.0f / 6, sum34), 2.0f / 3, sum12);
    g[1] = sub_times(ck_mul(ck_set(high / 6), sub(m[3], m[4])), 2 * low / 3, sub(m[1], m[2]));
    g[2] = add_times(m[5], 1.0f / 3, sub(sum34, sum12));
}

// Adds up the slots of `lanes` outputs from `n` on, and takes them back to 3×3.
CK_INLINE void sum_channels(const int lanes, int n, const passage *f, const float *sums, size_t slot_size, ptrdiff_t point_stride,
                            int first_out, int channel) {
    v t[3][6], m[6], g[3];
    for (int j = 0; j < 6; j++) {
        for (int i = 0; i < 6; i++) {
            const float *from = sums + (i * 6 + j) * point_stride + n;
            m[i] = ck_load(from, lanes);
            for (int slot = 1; slot < f->slots; slot++) m[i] = add(m[i], ck_load(from + slot * slot_size, lanes));
        }
        transform_sum(m, g);
        for (int i = 0; i < 3; i++) t[i][j] = g[i];
    }
    for (int i = 0; i < 3; i++) {
        transform_sum(t[i], g);
        for (int j = 0; j < 3; j++) {
            float values[CK_LANES];
            ck_store(values, g[j], CK_LANES);
            for (int lane = 0; lane < lanes; lane++)
                f->dw[((size_t)(first_out + n + lane) * f->conv->in + channel) * 9 + i * 3 + j] = values[lane];
        }
    }
}

// SUM_CHANNELS input channels and one block of outputs: two threads must not share dw's cache lines.
static void weight_sum_task(void *context, int index, int worker) {
    const passage *f = context;
    const ct_convolution *c = f->conv;
    int out_blocks = ct_parts(c->out, f->out_block), nb = index % out_blocks * f->out_block, first = index / out_blocks * SUM_CHANNELS;
    int width = ct_min(f->out_block, c->out - nb), width16 = ct_round16(width);
    size_t size = (size_t)POINTS * f->in_block * ct_round16(f->out_block);
    for (int channel = first; channel < ct_min(first + SUM_CHANNELS, c->in); channel++) {
        int kb = channel / f->in_block * f->in_block, depth = ct_min(f->in_block, c->in - kb);
        const float *sums = f->engine->shared + ((size_t)(kb / f->in_block * out_blocks) + index % out_blocks) * f->slots * size
                            + (size_t)(channel - kb) * width16;
        FOR_CHANNELS(width, sum_channels, f, sums, size, (ptrdiff_t)depth * width16, nb, channel);
    }
}

static void winograd_weight_gradient(ct_engine *engine, const ct_convolution *c, const float *x, ptrdiff_t x_stride, const float *dy,
                                     ptrdiff_t dy_stride, float *dw) {
    passage f = {.engine = engine,
                 .conv = c,
                 .grid = make_grid(c),
                 .x = x,
                 .dy = dy,
                 .dw = dw,
                 .x_stride = x_stride,
                 .y_stride = dy_stride,
                 .in_block = ct_min(64, c->in),
                 .out_block = c->out <= 64 ? c->out : 48};
    int blocks = ct_parts(c->in, f.in_block) * ct_parts(c->out, f.out_block), strips = ct_parts(f.grid.count, TILES);
    f.slots = ct_max(1, ct_min(ct_parts(4 * engine->threads, blocks), strips / 4));
    int width16 = ct_round16(f.out_block);
    ct_reserve(engine, (size_t)POINTS * (TILES * (f.in_block + width16) + 2 * PAD), (size_t)blocks * f.slots * POINTS * f.in_block * width16);
    ct_run(engine, weight_gradient_task, &f, blocks * f.slots);
    ct_run(engine, weight_sum_task, &f, ct_parts(c->in, SUM_CHANNELS) * ct_parts(c->out, f.out_block));
}

CK_END

const ct_vector_kernels CK_TABLE = {.gemm = gemm,
                                    .gemm_transposed = gemm_transposed,
                                    .winograd_forward = winograd_forward,
                                    .winograd_weight_gradient = winograd_weight_gradient,
                                    .depthwise_forward = depthwise_forward,
                                    .depthwise_backward = depthwise_backward};
#else
const ct_vector_kernels CK_TABLE;
#endif
