#include "CKernels.h"
#include "avx2.h"
#include "winograd.h"
#include "winograd_transforms.h"

// Output pixel 4q + r − 2 depends on inputs q and q − 1, so q runs over one position more than the input has.
static int tiles_across(int inputs) { return (inputs + 1 + 4) / 5; }

int ck_classify_tasks(const ck_classify *c) {
    int tiles = tiles_across(c->in.height) * tiles_across(c->in.width);
    return (tiles + c->block - 1) / c->block;
}

enum { POSITIONS = 25, LANES = 16, PER_TILE = POSITIONS * LANES };

// V, M of one class, then best score, best class and the running sum of exponentials for every output.
size_t ck_classify_scratch(const ck_classify *c) {
    return 36 * (size_t)(ck_v_stride(c->block, c->in.channels) + ck_v_stride(c->block, LANES)) + (size_t)3 * c->block * PER_TILE;
}

#if defined(__x86_64__)
CK_AVX2_BEGIN

// The 6 × 6 input pixels around positions (5·ty, 5·tx): inputs 5·ty − 1 … 5·ty + 4.
static void tile_pixels(const ck_classify *c, int ty, int tx, const float **pixels) {
    for (int i = 0; i < 6; i++)
        for (int j = 0; j < 6; j++) {
            int y = 5 * ty + i - 1, x = 5 * tx + j - 1;
            bool inside = y >= 0 && y < c->in.height && x >= 0 && x < c->in.width;
            pixels[i * 6 + j] = inside ? c->in.data + y * c->in.row + x * c->in.pixel : c->zeros;
        }
}

CK_INLINE void multiply_rows(const int MR, const float *v, int K, const float *u, float *m) {
    __m256 acc[12];
#pragma clang loop unroll(full)
    for (int i = 0; i < 2 * MR; i++) acc[i] = _mm256_setzero_ps();
    ck_multiply(MR, 2, v, K, u, K, acc);
#pragma clang loop unroll(full)
    for (int i = 0; i < 2 * MR; i++) _mm256_storeu_ps(m + 8 * i, acc[i]);
}

static void multiply(const float *v, int tiles, int K, const float *u, float *m) {
    int t = 0;
    for (; t + 6 <= tiles; t += 6) multiply_rows(6, v + t * K, K, u, m + t * LANES);
    if (t + 4 <= tiles) multiply_rows(4, v + t * K, K, u, m + t * LANES), t += 4;
    if (t + 2 <= tiles) multiply_rows(2, v + t * K, K, u, m + t * LANES), t += 2;
    if (t < tiles) multiply_rows(1, v + t * K, K, u, m + t * LANES);
}

// Scores of one class at 25 positions × 8 of 16 phases.
CK_INLINE void transform_output(const float *m, ptrdiff_t stride, __m256 bias, __m256 *result) {
    __m256 half[30];
#pragma clang loop unroll(full)
    for (int x = 0; x < 6; x++) {
        __m256 column[6];
#pragma clang loop unroll(full)
        for (int y = 0; y < 6; y++) column[y] = _mm256_loadu_ps(m + (y * 6 + x) * stride);
        ck_output5(column, 1, half + x, 6);
    }
#pragma clang loop unroll(full)
    for (int y = 0; y < 5; y++) {
        ck_output5(half + y * 6, 1, result + y * 5, 1);
#pragma clang loop unroll(full)
        for (int x = 0; x < 5; x++) result[y * 5 + x] = _mm256_add_ps(result[y * 5 + x], bias);
    }
}

// Four neighbouring pixels of each of two rows; `rows` (0 or 2) is the first phase row in the vector.
static void store_scores(const ck_classify *c, int class, int ty, int tx, int rows, const __m256 *result) {
    for (int i = 0; i < 5; i++)
        for (int r = 0; r < 2; r++) {
            int y = 4 * (5 * ty + i) + rows + r - 2;
            if (y < 0 || y >= c->height) continue;
            float *line = c->scores + ((ptrdiff_t)class * c->height + y) * c->width;
            for (int j = 0; j < 5; j++) {
                int x = 4 * (5 * tx + j) - 2;
                __m256 v = result[i * 5 + j];
                __m128 four = r ? _mm256_extractf128_ps(v, 1) : _mm256_castps256_ps128(v);
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
                const uint8_t *four = bytes + (i * 5 + j) * LANES + r * 4;
                uint8_t *out = map + (ptrdiff_t)y * c->width + x;
                if (x >= 0 && x + 4 <= c->width) __builtin_memcpy(out, four, 4);
                else
                    for (int k = 0; k < 4; k++)
                        if (x + k >= 0 && x + k < c->width) out[k] = four[k];
            }
        }
}

CK_INLINE void to_bytes(const __m256i low, const __m256i high, uint8_t *out) {
    __m256i words = _mm256_permute4x64_epi64(_mm256_packs_epi32(low, high), 0xD8);
    __m128i bytes = _mm_packus_epi16(_mm256_castsi256_si128(words), _mm256_extracti128_si256(words, 1));
    _mm_storeu_si128((__m128i *)out, bytes);
}

// The running best of a tile against one more class; with `sums` also the sum of exponentials relative to the best.
CK_INLINE void update_best(const bool with_sum, int class, const __m256 *result, float *best, float *index, float *sum) {
    __m256 name = _mm256_castsi256_ps(_mm256_set1_epi32(class));
    for (int p = 0; p < POSITIONS; p++, best += LANES, index += LANES, sum += LANES) {
        __m256 score = result[p], old = _mm256_loadu_ps(best);
        __m256 better = _mm256_cmp_ps(score, old, _CMP_GT_OQ);
        _mm256_storeu_ps(best, _mm256_max_ps(score, old));
        _mm256_storeu_ps(index, _mm256_blendv_ps(_mm256_loadu_ps(index), name, better));
        if (with_sum) {
            __m256 ratio = ck_exponential(_mm256_sub_ps(_mm256_min_ps(score, old), _mm256_max_ps(score, old)));
            __m256 s = _mm256_loadu_ps(sum);
            __m256 raised = _mm256_fmadd_ps(s, ratio, CK_SET(1)), added = _mm256_add_ps(s, ratio);
            _mm256_storeu_ps(sum, _mm256_blendv_ps(added, raised, better));
        }
    }
}

static void start_best(const __m256 *result, float *best, float *index, float *sum) {
    for (int p = 0; p < POSITIONS; p++) {
        _mm256_storeu_ps(best + p * LANES, result[p]);
        _mm256_storeu_ps(index + p * LANES, _mm256_setzero_ps());
        _mm256_storeu_ps(sum + p * LANES, CK_SET(1));
    }
}

static void store_tile_maps(const ck_classify *c, int ty, int tx, const float *index, const float *sum) {
    uint8_t bytes[PER_TILE];
    if (c->class_map) {
        for (int p = 0; p < POSITIONS; p++)
            to_bytes(_mm256_loadu_si256((const __m256i *)(index + p * LANES)),
                     _mm256_loadu_si256((const __m256i *)(index + p * LANES + 8)), bytes + p * LANES);
        store_bytes(c, ty, tx, bytes, c->class_map);
    }
    if (c->top_probability) {
        for (int p = 0; p < POSITIONS; p++) {
            __m256 low = _mm256_div_ps(CK_SET(255), _mm256_loadu_ps(sum + p * LANES));
            __m256 high = _mm256_div_ps(CK_SET(255), _mm256_loadu_ps(sum + p * LANES + 8));
            to_bytes(_mm256_cvtps_epi32(low), _mm256_cvtps_epi32(high), bytes + p * LANES);
        }
        store_bytes(c, ty, tx, bytes, c->top_probability);
    }
}

void ck_classify_avx2_run(void *context, int task, int worker) {
    const ck_classify *c = context;
    int across = tiles_across(c->in.width), total = tiles_across(c->in.height) * across;
    int first = task * c->block, tiles = total - first < c->block ? total - first : c->block, K = c->in.channels;
    ptrdiff_t vs = ck_v_stride(c->block, K), ms = ck_v_stride(c->block, LANES);
    float *M = c->scratch + worker * c->scratch_stride, *V = M + 36 * ms, *best = V + 36 * vs;
    float *index = best + c->block * PER_TILE, *sum = index + c->block * PER_TILE;
    bool maps = c->class_map || c->top_probability;

    for (int t = 0; t < tiles; t++) {
        const float *pixels[36];
        tile_pixels(c, (first + t) / across, (first + t) % across, pixels);
        for (int k = 0; k < K; k += 8) ck_transform_input(6, pixels, k, V + t * K + k, vs);
    }
    const float *U = c->weights;
    for (int class = 0; class < c->classes; class++) {
        for (int xi = 0; xi < 36; xi++, U += (ptrdiff_t)K * LANES) multiply(V + xi * vs, tiles, K, U, M + xi * ms);
        __m256 bias = _mm256_set1_ps(c->bias[class]);
        for (int t = 0; t < tiles; t++)
            for (int half = 0; half < LANES; half += 8) {
                __m256 result[POSITIONS];
                transform_output(M + t * LANES + half, ms, bias, result);
                if (c->scores) store_scores(c, class, (first + t) / across, (first + t) % across, half / 4, result);
                if (!maps) continue;
                ptrdiff_t at = t * PER_TILE + half;
                if (class == 0) start_best(result, best + at, index + at, sum + at);
                else if (c->top_probability) update_best(true, class, result, best + at, index + at, sum + at);
                else update_best(false, class, result, best + at, index + at, sum + at);
            }
    }
    if (maps)
        for (int t = 0; t < tiles; t++)
            store_tile_maps(c, (first + t) / across, (first + t) % across, index + t * PER_TILE, sum + t * PER_TILE);
}

CK_AVX2_END
#else
void ck_classify_avx2_run(void *context, int index, int worker) { __builtin_trap(); }
#endif
