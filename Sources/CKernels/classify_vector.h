/// Transposed convolution 8×8 with stride 4, by Winograd; see vector.h for how it is compiled.
#include "classify.h"
#include "vector.h"
#include "winograd.h"
#include "winograd_transforms.h"

#if defined(__x86_64__)
CK_BEGIN

// The 6 × 6 input pixels around positions (5·ty, 5·tx): inputs 5·ty − 1 … 5·ty + 4.
static void tile_pixels(const ck_classify *c, int ty, int tx, const float **pixels) {
    for (int i = 0; i < 6; i++)
        for (int j = 0; j < 6; j++) {
            int y = 5 * ty + i - 1, x = 5 * tx + j - 1;
            bool inside = y >= 0 && y < c->in.height && x >= 0 && x < c->in.width;
            pixels[i * 6 + j] = inside ? c->in.data + y * c->in.row + x * c->in.pixel : c->zeros;
        }
}

// The 16 phases of a class are one panel. AVX-512 has registers for two classes at a time.
enum { VECTORS = CK_PHASES / CK_LANES, PAIR = 2 / VECTORS };

// `m_next` is the distance in M of the columns' vectors.
CK_INLINE void multiply_rows(const int MR, const ck_columns at, const float *v, int K, const float *u, float *m, ptrdiff_t m_next) {
    ck_vector acc[2 * CK_ROWS];
#pragma clang loop unroll(full)
    for (int i = 0; i < at.vectors * MR; i++) acc[i] = ck_zero();
    ck_multiply(MR, at, v, K, u, K, acc);
#pragma clang loop unroll(full)
    for (int i = 0; i < MR; i++)
#pragma clang loop unroll(full)
        for (int j = 0; j < at.vectors; j++) ck_store(m + i * CK_PHASES + j * m_next, acc[i * at.vectors + j], CK_LANES);
}

CK_INLINE void multiply(const ck_columns at, const float *v, int tiles, int K, const float *u, float *m, ptrdiff_t m_next) {
    int t = 0;
#define ROWS(n) multiply_rows(n, at, v + t * K, K, u, m + t * CK_PHASES, m_next), t += n
    while (t + CK_ROWS <= tiles) ROWS(CK_ROWS);
    if (CK_ROWS > 6 && t + 6 <= tiles) ROWS(6);
    if (t + 4 <= tiles) ROWS(4);
    if (t + 2 <= tiles) ROWS(2);
    if (t < tiles) ROWS(1);
#undef ROWS
}

// All 36 points of one class, or of two whose M follow each other.
static void multiply_points(int classes, const float *v, ptrdiff_t vs, int tiles, int K, const float *u, float *m, ptrdiff_t ms) {
    for (int xi = 0; xi < 36; xi++, u += (ptrdiff_t)K * CK_PHASES, v += vs, m += ms) {
        if (CK_LANES == 8) multiply((ck_columns){2, 8, 8, 16}, v, tiles, K, u, m, 8);
        else if (classes == 2) multiply((ck_columns){2, 16, (ptrdiff_t)36 * K * CK_PHASES, 16}, v, tiles, K, u, m, 36 * ms);
        else multiply((ck_columns){1, 16, 0, 16}, v, tiles, K, u, m, 0);
    }
}

// Scores of one class at 25 positions × a vector of the 16 phases.
CK_INLINE void transform_output(const float *m, ptrdiff_t stride, ck_vector bias, ck_vector *result) {
    ck_vector half[30];
#pragma clang loop unroll(full)
    for (int x = 0; x < 6; x++) {
        ck_vector column[6];
#pragma clang loop unroll(full)
        for (int y = 0; y < 6; y++) column[y] = ck_load(m + (y * 6 + x) * stride, CK_LANES);
        ck_output5(column, 1, half + x, 6);
    }
#pragma clang loop unroll(full)
    for (int y = 0; y < 5; y++) {
        ck_output5(half + y * 6, 1, result + y * 5, 1);
#pragma clang loop unroll(full)
        for (int x = 0; x < 5; x++) result[y * 5 + x] = ck_add(result[y * 5 + x], bias);
    }
}

// Four neighbouring pixels of each of the rows in a vector; `rows` is the first of them.
static void store_scores(const ck_classify *c, int label, int ty, int tx, int rows, const ck_vector *result) {
    for (int i = 0; i < 5; i++)
        for (int r = 0; r < CK_LANES / 4; r++) {
            int y = 4 * (5 * ty + i) + rows + r - 2;
            if (y < 0 || y >= c->height) continue;
            float *line = c->scores + ((ptrdiff_t)label * c->height + y) * c->width;
            for (int j = 0; j < 5; j++) {
                int x = 4 * (5 * tx + j) - 2;
                __m128 four = ck_quarter(result[i * 5 + j], r);
                if (x >= 0 && x + 4 <= c->width) {
                    _mm_storeu_ps(line + x, four);
                } else {
                    float lanes[4];
                    _mm_storeu_ps(lanes, four);
                    for (int k = 0; k < 4; k++)
                        if (x + k >= 0 && x + k < c->width) line[x + k] = lanes[k];
                }
            }
        }
}

// 16 phases of 25 positions as bytes → the 20 × 20 pixels they stand for.
static void store_bytes(const ck_classify *c, int ty, int tx, const uint8_t *bytes, uint8_t *map) {
    for (int i = 0; i < 5; i++)
        for (int r = 0; r < 4; r++) {
            int y = 4 * (5 * ty + i) + r - 2;
            if (y < 0 || y >= c->height) continue;
            for (int j = 0; j < 5; j++) {
                int x = 4 * (5 * tx + j) - 2;
                const uint8_t *four = bytes + (i * 5 + j) * CK_PHASES + r * 4;
                uint8_t *out = map + (ptrdiff_t)y * c->width + x;
                if (x >= 0 && x + 4 <= c->width) __builtin_memcpy(out, four, 4);
                else
                    for (int k = 0; k < 4; k++)
                        if (x + k >= 0 && x + k < c->width) out[k] = four[k];
            }
        }
}

// The running best of a tile against one more class; with `sums` also the sum of exponentials relative to the best.
CK_INLINE void update_best(const bool with_sum, int label, const ck_vector *result, float *best, float *index, float *sum) {
    ck_vector name = ck_set((float)label);
    for (int p = 0; p < CK_POSITIONS; p++, best += CK_PHASES, index += CK_PHASES, sum += CK_PHASES) {
        ck_vector score = result[p], old = ck_load(best, CK_LANES);
        ck_store(best, ck_max(score, old), CK_LANES);
        ck_store(index, ck_where_greater(score, old, name, ck_load(index, CK_LANES)), CK_LANES);
        if (with_sum) {
            ck_vector ratio = ck_exponential(ck_sub(ck_min(score, old), ck_max(score, old)));
            ck_vector s = ck_load(sum, CK_LANES);
            ck_vector raised = ck_fma(s, ratio, ck_set(1)), added = ck_add(s, ratio);
            ck_store(sum, ck_where_greater(score, old, raised, added), CK_LANES);
        }
    }
}

static void start_best(const ck_vector *result, float *best, float *index, float *sum) {
    for (int p = 0; p < CK_POSITIONS; p++) {
        ck_store(best + p * CK_PHASES, result[p], CK_LANES);
        ck_store(index + p * CK_PHASES, ck_zero(), CK_LANES);
        ck_store(sum + p * CK_PHASES, ck_set(1), CK_LANES);
    }
}

static void store_tile_maps(const ck_classify *c, int ty, int tx, const float *index, const float *sum) {
    uint8_t bytes[CK_PER_TILE];
    ck_vector values[VECTORS];
    if (c->class_map) {
        for (int p = 0; p < CK_POSITIONS; p++) {
            for (int i = 0; i < VECTORS; i++) values[i] = ck_load(index + p * CK_PHASES + CK_LANES * i, CK_LANES);
            ck_store_bytes(values, bytes + p * CK_PHASES);
        }
        store_bytes(c, ty, tx, bytes, c->class_map);
    }
    if (c->top_probability) {
        for (int p = 0; p < CK_POSITIONS; p++) {
            for (int i = 0; i < VECTORS; i++) values[i] = ck_div(ck_set(255), ck_load(sum + p * CK_PHASES + CK_LANES * i, CK_LANES));
            ck_store_bytes(values, bytes + p * CK_PHASES);
        }
        store_bytes(c, ty, tx, bytes, c->top_probability);
    }
}

static void finish_class(const ck_classify *c, int label, int first, int tiles, const float *m, ptrdiff_t ms, float *best, float *index,
                         float *sum) {
    ck_vector bias = ck_set(c->bias[label]);
    int across = ck_classify_tiles_across(c->in.width);
    for (int t = 0; t < tiles; t++)
        for (int half = 0; half < CK_PHASES; half += CK_LANES) {
            ck_vector result[CK_POSITIONS];
            transform_output(m + t * CK_PHASES + half, ms, bias, result);
            if (c->scores) store_scores(c, label, (first + t) / across, (first + t) % across, half / 4, result);
            if (!c->class_map && !c->top_probability) continue;
            ptrdiff_t at = t * CK_PER_TILE + half;
            if (label == 0) start_best(result, best + at, index + at, sum + at);
            else if (c->top_probability) update_best(true, label, result, best + at, index + at, sum + at);
            else update_best(false, label, result, best + at, index + at, sum + at);
        }
}

void CK_RUN(void *context, int task, int worker) {
    const ck_classify *c = context;
    int across = ck_classify_tiles_across(c->in.width), total = ck_classify_tiles_across(c->in.height) * across;
    int first = task * c->block, tiles = total - first < c->block ? total - first : c->block, K = c->in.channels;
    ptrdiff_t vs = ck_v_stride(c->block, K), ms = ck_v_stride(c->block, CK_PHASES);
    float *M = c->scratch + worker * c->scratch_stride, *V = M + 2 * 36 * ms, *best = V + 36 * vs;
    float *index = best + c->block * CK_PER_TILE, *sum = index + c->block * CK_PER_TILE;
    bool maps = c->class_map || c->top_probability;

    for (int t = 0; t < tiles; t++) {
        const float *pixels[36];
        tile_pixels(c, (first + t) / across, (first + t) % across, pixels);
        ck_transform_tile(6, pixels, 0, K, V + t * K, vs);
    }
    const float *U = c->weights;
    for (int label = 0, together; label < c->classes; label += together, U += (ptrdiff_t)together * 36 * K * CK_PHASES) {
        together = c->classes - label < PAIR ? c->classes - label : PAIR;
        multiply_points(together, V, vs, tiles, K, U, M, ms);
        for (int i = 0; i < together; i++) finish_class(c, label + i, first, tiles, M + i * 36 * ms, ms, best, index, sum);
    }
    if (maps)
        for (int t = 0; t < tiles; t++)
            store_tile_maps(c, (first + t) / across, (first + t) % across, index + t * CK_PER_TILE, sum + t * CK_PER_TILE);
}

CK_END
#else
void CK_RUN(void *context, int index, int worker) { __builtin_trap(); }
#endif
