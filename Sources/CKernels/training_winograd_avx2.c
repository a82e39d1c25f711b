#include "avx2.h"
#include "training_internal.h"

#include <stdlib.h>

// Winograd F(4×4, 3×3): a 6×6 input tile gives 4×4 outputs with 36 products instead of 144.
// Source: Lavin and Gray, "Fast algorithms for convolutional neural networks". Forward: Y = Aᵀ[(G g Gᵀ) ⊙ (Bᵀ d B)]A;
// the weight gradient is the same bilinear form read the other way: dg = Gᵀ[Σ (Bᵀ d B) ⊙ (A dY Aᵀ)]G.
//
// The interpolation points are 0, ±√½, ±√2 and ∞: half the rounding error of the usual 0, ±1, ±2, ∞ at the same cost,
// because they keep the transforms' numbers close to one.
//
// A strip of tiles is transformed, multiplied and transformed back before the next one, so that it stays in L2:
//   V [36][tiles][in block], U [in block][36][panel][in][16], M [36][tiles][out block].
// A dilated convolution is dilation² independent ones on every dilation-th pixel; a tile belongs to one of them.
enum { POINTS = 36, TILES = 24, IN_BLOCK = 64, OUT_BLOCK = 128, PAD = 16, AHEAD = 2 };

static const float zeros[IN_BLOCK];
static const float low = 0.70710678118654752f, high = 1.41421356237309505f;

size_t ct_winograd_packed_size(int in, int out) { return (size_t)POINTS * in * ct_round16(out); }

// One 3×3 kernel after the other becomes a column of 36, 16 output channels at a time.
CT_SIMD static void pack_panel(const float *weights, int in, int k, int columns, float *to, ptrdiff_t point_stride) {
    float g[9][16], t[18][16];
    for (int tap = 0; tap < 9; tap++)
        for (int j = 0; j < 16; j++) g[tap][j] = j < columns ? weights[((size_t)j * in + k) * 9 + tap] : 0;
    for (int x = 0; x < 3; x++)
        for (int j = 0; j < 16; j++) {
            float a = g[x][j], b = g[3 + x][j], c = g[6 + x][j];
            float low_even = (2 * a + c) / -3, low_odd = b * low * 2 / -3, high_even = (a + 2 * c) / 6, high_odd = b * high / 6;
            t[x][j] = a;
            t[3 + x][j] = low_even + low_odd;
            t[6 + x][j] = low_even - low_odd;
            t[9 + x][j] = high_even + high_odd;
            t[12 + x][j] = high_even - high_odd;
            t[15 + x][j] = c;
        }
    for (int y = 0; y < 6; y++, to += 6 * point_stride)
        for (int j = 0; j < 16; j++) {
            float a = t[3 * y][j], b = t[3 * y + 1][j], c = t[3 * y + 2][j];
            float low_even = (2 * a + c) / -3, low_odd = b * low * 2 / -3, high_even = (a + 2 * c) / 6, high_odd = b * high / 6;
            to[j] = a;
            to[point_stride + j] = low_even + low_odd;
            to[2 * point_stride + j] = low_even - low_odd;
            to[3 * point_stride + j] = high_even + high_odd;
            to[4 * point_stride + j] = high_even - high_odd;
            to[5 * point_stride + j] = c;
        }
}

void ct_winograd_pack(const float *weights, int in, int out, float *packed) {
    int N16 = ct_round16(out);
    for (int kb = 0; kb < in; kb += IN_BLOCK) {
        int depth = ct_min(IN_BLOCK, in - kb);
        for (int n = 0; n < N16; n += 16)
            for (int k = 0; k < depth; k++)
                pack_panel(weights + (size_t)n * in * 9, in, kb + k, ct_min(16, out - n), packed + (size_t)n * depth + k * 16,
                           (ptrdiff_t)depth * N16);
        packed += (size_t)POINTS * depth * N16;
    }
}

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

#if defined(__x86_64__)
CK_AVX2_BEGIN

typedef __m256 v;

CK_INLINE v splat(float x) { return _mm256_set1_ps(x); }
CK_INLINE v load(const float *p) { return _mm256_loadu_ps(p); }
CK_INLINE v add(v a, v b) { return _mm256_add_ps(a, b); }
CK_INLINE v sub(v a, v b) { return _mm256_sub_ps(a, b); }
CK_INLINE v add_times(v c, float k, v a) { return _mm256_fmadd_ps(splat(k), a, c); }
CK_INLINE v sub_times(v c, float k, v a) { return _mm256_fnmadd_ps(splat(k), a, c); }

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
    y[1] = add_times(_mm256_mul_ps(splat(high), difference34), low, difference12);
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

// The 36 points of 8 channels from the tile's rows, `size` of them already transformed down the columns.
#define STORE_POINTS(TRANSFORM, t, to, step)                                                                     \
    do {                                                                                                         \
        float *row = (to);                                                                                       \
        ptrdiff_t step3 = 3 * (step), step5 = 5 * (step), step6 = 6 * (step);                                    \
        _Pragma("clang loop unroll(disable)") for (int i = 0; i < 6; i++, row += step6) {                        \
            v r[6];                                                                                              \
            TRANSFORM(t[i], r);                                                                                  \
            _mm256_storeu_ps(row, r[0]);                                                                         \
            _mm256_storeu_ps(row + (step), r[1]);                                                                \
            _mm256_storeu_ps(row + 2 * (step), r[2]);                                                            \
            _mm256_storeu_ps(row + step3, r[3]);                                                                 \
            _mm256_storeu_ps(row + 4 * (step), r[4]);                                                            \
            _mm256_storeu_ps(row + step5, r[5]);                                                                 \
        }                                                                                                        \
    } while (0)

// Bᵀ d B of `channels` channels of one tile.
CK_INLINE void input_tile(const source *s, int channels, float *to, ptrdiff_t point_stride) {
    for (int c = 0; c < channels; c += 8) {
        v t[6][6], a[6], r[6];
        const float *first = s->first + c;
#pragma clang loop unroll(disable)
        for (int j = 0; j < 6; j++, first += s->column) {
            if (s->whole) {
                a[0] = load(first), a[1] = load(first + s->row), a[2] = load(first + 2 * s->row), a[3] = load(first + 3 * s->row);
                a[4] = load(first + 4 * s->row), a[5] = load(first + 5 * s->row);
            } else {
                for (int i = 0; i < 6; i++) a[i] = load(s->pixels[i * 6 + j] + c);
            }
            transform_input(a, r);
            for (int i = 0; i < 6; i++) t[i][j] = r[i];
        }
        STORE_POINTS(transform_input, t, to + c, point_stride);
    }
}

// A dY Aᵀ.
CK_INLINE void gradient_tile(const source *s, int channels, float *to, ptrdiff_t point_stride) {
    for (int c = 0; c < channels; c += 8) {
        v t[6][4], a[4], r[6];
        const float *first = s->first + c;
#pragma clang loop unroll(disable)
        for (int j = 0; j < 4; j++, first += s->column) {
            if (s->whole) a[0] = load(first), a[1] = load(first + s->row), a[2] = load(first + 2 * s->row), a[3] = load(first + 3 * s->row);
            else
                for (int i = 0; i < 4; i++) a[i] = load(s->pixels[i * 4 + j] + c);
            transform_gradient(a, r);
            for (int i = 0; i < 6; i++) t[i][j] = r[i];
        }
        STORE_POINTS(transform_gradient, t, to + c, point_stride);
    }
}

// Aᵀ m A, written to the tile's pixels that exist.
CK_INLINE void output_tile(const float *m, ptrdiff_t step, int channels, const float *bias, float *y, ptrdiff_t row, ptrdiff_t pixel,
                           int rows, int columns, bool accumulate) {
    for (int c = 0; c < channels; c += 8) {
        v t[4][6], a[6], r[4], start = bias ? load(bias + c) : _mm256_setzero_ps();
        const float *from = m + c;
        // Point (i, j) stands at 6i + j.
        ptrdiff_t step6 = 6 * step, step18 = 3 * step6, step30 = 5 * step6;
#pragma clang loop unroll(disable)
        for (int j = 0; j < 6; j++, from += step) {
            a[0] = load(from), a[1] = load(from + step6), a[2] = load(from + 2 * step6), a[3] = load(from + step18);
            a[4] = load(from + 4 * step6), a[5] = load(from + step30);
            transform_output(a, r);
            for (int i = 0; i < 4; i++) t[i][j] = r[i];
        }
        float *to = y + c;
#pragma clang loop unroll(disable)
        for (int i = 0; i < rows; i++, to += row) {
            transform_output(t[i], r);
            if (accumulate)
                for (int j = 0; j < columns; j++) r[j] = add(r[j], load(to + j * pixel));
            if (columns == 4) {
                _mm256_storeu_ps(to, add(r[0], start));
                _mm256_storeu_ps(to + pixel, add(r[1], start));
                _mm256_storeu_ps(to + 2 * pixel, add(r[2], start));
                _mm256_storeu_ps(to + 3 * pixel, add(r[3], start));
            } else {
                for (int j = 0; j < columns; j++) _mm256_storeu_ps(to + j * pixel, add(r[j], start));
            }
        }
    }
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
                ct_gemm_avx2(V + point * v_stride, depth, count, depth, U + (size_t)point * depth * N16, width, NULL, M + point * m_stride,
                             width, kb > 0);
        }
        for (int t = 0; t < count; t++) {
            corner at = tile_corner(g, first + t);
            int columns, rows = tiles_left(g, *c, at.y, at.x, &columns);
            float *y = f->y + ((ptrdiff_t)(at.image * c->height + at.y) * c->width + at.x) * f->y_stride + nb;
            output_tile(M + t * width, m_stride, ct_min(width, c->out - nb), f->bias ? f->bias + nb : NULL, y,
                        (ptrdiff_t)g->dilation * c->width * f->y_stride, g->dilation * f->y_stride, rows, columns, f->accumulate);
        }
    }
}

void ct_winograd_forward(ct_engine *engine, const ct_convolution *c, const float *x, ptrdiff_t x_stride, const float *packed,
                         const float *bias, float *y, ptrdiff_t y_stride, bool accumulate) {
    passage f = {.engine = engine, .conv = c, .grid = make_grid(c), .x = x, .packed = packed, .bias = bias, .y = y,
                 .x_stride = x_stride, .y_stride = y_stride, .accumulate = accumulate};
    ct_reserve(engine, POINTS * (TILES * (IN_BLOCK + OUT_BLOCK) + 2 * PAD), 0);
    ct_run(engine, forward_task, &f, ct_parts(f.grid.count, TILES));
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
            ct_gemm_transposed_avx2(V + point * v_stride, depth, count, depth, W + point * w_stride, width16, 16, width,
                                    sum + (size_t)point * depth * width16, width16, strip > first);
    }
}

// Gᵀ over one index.
CK_INLINE void transform_sum(const v m[6], v g[3]) {
    v sum12 = add(m[1], m[2]), sum34 = add(m[3], m[4]);
    g[0] = sub_times(add_times(m[0], 1.0f / 6, sum34), 2.0f / 3, sum12);
    g[1] = sub_times(_mm256_mul_ps(splat(high / 6), sub(m[3], m[4])), 2 * low / 3, sub(m[1], m[2]));
    g[2] = add_times(m[5], 1.0f / 3, sub(sum34, sum12));
}

// Adds up the slots of one input channel and one block of outputs, and takes them back to 3×3.
static void weight_sum_task(void *context, int index, int worker) {
    const passage *f = context;
    const ct_convolution *c = f->conv;
    int out_blocks = ct_parts(c->out, f->out_block), nb = index % out_blocks * f->out_block, channel = index / out_blocks;
    int kb = channel / f->in_block * f->in_block, depth = ct_min(f->in_block, c->in - kb);
    int width = ct_min(f->out_block, c->out - nb), width16 = ct_round16(width);
    size_t size = (size_t)POINTS * f->in_block * ct_round16(f->out_block);
    const float *sums = f->engine->shared + ((size_t)(kb / f->in_block * out_blocks) + index % out_blocks) * f->slots * size
                        + (size_t)(channel - kb) * width16;
    for (int n = 0; n < width; n += 8) {
        v t[3][6], m[6], g[3];
        for (int j = 0; j < 6; j++) {
            for (int i = 0; i < 6; i++) {
                const float *from = sums + (size_t)(i * 6 + j) * depth * width16 + n;
                m[i] = _mm256_loadu_ps(from);
                for (int slot = 1; slot < f->slots; slot++) m[i] = add(m[i], _mm256_loadu_ps(from + slot * size));
            }
            transform_sum(m, g);
            for (int i = 0; i < 3; i++) t[i][j] = g[i];
        }
        for (int i = 0; i < 3; i++) {
            transform_sum(t[i], g);
            for (int j = 0; j < 3; j++) {
                float lanes[8];
                _mm256_storeu_ps(lanes, g[j]);
                for (int lane = 0; lane < 8; lane++) f->dw[((size_t)(nb + n + lane) * c->in + channel) * 9 + i * 3 + j] = lanes[lane];
            }
        }
    }
}

void ct_winograd_weight_gradient(ct_engine *engine, const ct_convolution *c, const float *x, ptrdiff_t x_stride, const float *dy,
                                 ptrdiff_t dy_stride, float *dw) {
    passage f = {.engine = engine, .conv = c, .grid = make_grid(c), .x = x, .dy = dy, .dw = dw, .x_stride = x_stride,
                 .y_stride = dy_stride, .in_block = ct_min(64, c->in), .out_block = c->out <= 64 ? c->out : 48};
    int blocks = ct_parts(c->in, f.in_block) * ct_parts(c->out, f.out_block), strips = ct_parts(f.grid.count, TILES);
    f.slots = ct_max(1, ct_min(ct_parts(4 * engine->threads, blocks), strips / 4));
    int width16 = ct_round16(f.out_block);
    ct_reserve(engine, (size_t)POINTS * (TILES * (f.in_block + width16) + 2 * PAD),
               (size_t)blocks * f.slots * POINTS * f.in_block * width16);
    ct_run(engine, weight_gradient_task, &f, blocks * f.slots);
    ct_run(engine, weight_sum_task, &f, c->in * ct_parts(c->out, f.out_block));
}

CK_AVX2_END
#else
void ct_winograd_forward(ct_engine *engine, const ct_convolution *conv, const float *x, ptrdiff_t x_stride, const float *packed,
                         const float *bias, float *y, ptrdiff_t y_stride, bool accumulate) {
    __builtin_trap();
}
void ct_winograd_weight_gradient(ct_engine *engine, const ct_convolution *conv, const float *x, ptrdiff_t x_stride, const float *dy,
                                 ptrdiff_t dy_stride, float *dw) {
    __builtin_trap();
}
#endif
