#include "classify.h"
#include "vector.h"
#include "winograd.h"

// Filter transforms G, points 0, ±1, ±2, (±1/2,) ∞; rows of F(r taps) use the first columns and the last row.
static const double G4[6][3] = {{1.0 / 4, 0, 0},
                                {-1.0 / 6, -1.0 / 6, -1.0 / 6},
                                {-1.0 / 6, 1.0 / 6, -1.0 / 6},
                                {1.0 / 24, 1.0 / 12, 1.0 / 6},
                                {1.0 / 24, -1.0 / 12, 1.0 / 6},
                                {0, 0, 1}};
static const double G5[6][2] = {{1.0 / 4, 0}, {-1.0 / 6, -1.0 / 6}, {-1.0 / 6, 1.0 / 6}, {1.0 / 24, 1.0 / 12}, {1.0 / 24, -1.0 / 12}, {0, 1}};
static const double G6[8][3] = {{1, 0, 0},
                                {-2.0 / 9, -2.0 / 9, -2.0 / 9},
                                {-2.0 / 9, 2.0 / 9, -2.0 / 9},
                                {1.0 / 90, 1.0 / 45, 2.0 / 45},
                                {1.0 / 90, -1.0 / 45, 2.0 / 45},
                                {32.0 / 45, 16.0 / 45, 8.0 / 45},
                                {32.0 / 45, -16.0 / 45, 8.0 / 45},
                                {0, 0, 1}};

// U = G · g · Gᵀ for one r × r filter whose taps are `step` floats apart in a row and `row` floats down.
static void transform_filter(const double *G, int points, int r, const float *g, ptrdiff_t row, ptrdiff_t step, double *U) {
    double half[8][3];
    for (int i = 0; i < points; i++)
        for (int x = 0; x < r; x++) {
            half[i][x] = 0;
            for (int y = 0; y < r; y++) half[i][x] += G[i * r + y] * g[y * row + x * step];
        }
    for (int i = 0; i < points; i++)
        for (int j = 0; j < points; j++) {
            double sum = 0;
            for (int x = 0; x < r; x++) sum += half[i][x] * G[j * r + x];
            U[i * points + j] = sum;
        }
}

void ck_winograd_pack(const float *weights, int in, int out, int tile, float *packed) {
    int points = tile + 2, square = points * points;
    const double *G = tile == 6 ? &G6[0][0] : &G4[0][0];
    for (int k = 0; k < in; k++) {
        int block = k / CK_K_BLOCK, kb = in - block * CK_K_BLOCK < CK_K_BLOCK ? in - block * CK_K_BLOCK : CK_K_BLOCK;
        float *U = packed + (ptrdiff_t)block * CK_K_BLOCK * out * square;
        for (int n = 0, width; n < out; n += width) {
            width = ck_panel_width(n, out);
            for (int j = 0; j < width; j++) {
                double u[64];
                transform_filter(G, points, 3, weights + ((ptrdiff_t)(n + j) * in + k) * 9, 3, 1, u);
                for (int xi = 0; xi < square; xi++)
                    U[((ptrdiff_t)xi * out + n) * kb + (ptrdiff_t)(k - block * CK_K_BLOCK) * width + j] = (float)u[xi];
            }
        }
    }
}

int ck_winograd_tasks(const ck_conv *c) { return (c->tile_count + c->block - 1) / c->block; }

size_t ck_winograd_scratch(const ck_conv *c) {
    int square = (c->tile + 2) * (c->tile + 2), K = c->in.channels < CK_K_BLOCK ? c->in.channels : CK_K_BLOCK;
    return (size_t)square * (size_t)(ck_v_stride(c->block, K) + ck_m_stride(c));
}

int ck_winograd_tiles(int height, int width, int dilation, int tile, int32_t *tiles) {
    int count = 0;
    for (int py = 0; py < dilation && py < height; py++)
        for (int px = 0; px < dilation && px < width; px++)
            for (int y = py; y < height; y += tile * dilation)
                for (int x = px; x < width; x += tile * dilation, count++)
                    if (tiles) tiles[2 * count] = y, tiles[2 * count + 1] = x;
    return count;
}

int ck_classify_tasks(const ck_classify *c) {
    int tiles = ck_classify_tiles_across(c->in.height) * ck_classify_tiles_across(c->in.width);
    return (tiles + c->block - 1) / c->block;
}

// M of two classes, V, then best score, best class and the running sum of exponentials for every output.
size_t ck_classify_scratch(const ck_classify *c) {
    return 36 * (size_t)(ck_v_stride(c->block, c->in.channels) + 2 * ck_v_stride(c->block, CK_PHASES)) + (size_t)3 * c->block * CK_PER_TILE;
}

size_t ck_classify_packed_size(int in, int classes) { return (size_t)36 * in * classes * 16; }

// weights (in, classes, 8, 8) → [class][point][in][16 phases]. Output 4q + r − 2 gets in[q]·w[r] + in[q − 1]·w[r + 4],
// so in correlation order the taps of phase r are w[r + 4], w[r].
void ck_classify_pack(const float *weights, int in, int classes, float *packed) {
    for (int c = 0; c < classes; c++)
        for (int k = 0; k < in; k++)
            for (int phase = 0; phase < 16; phase++) {
                double u[36];
                const float *w = weights + ((ptrdiff_t)k * classes + c) * 64 + (phase / 4 + 4) * 8 + phase % 4 + 4;
                transform_filter(&G5[0][0], 6, 2, w, -32, -4, u);
                for (int xi = 0; xi < 36; xi++) packed[(((ptrdiff_t)c * 36 + xi) * in + k) * 16 + phase] = (float)u[xi];
            }
}
