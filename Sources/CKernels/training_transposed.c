#include "training_internal.h"

// Output pixel 4·i + r takes kernel row 4 · (1 − tap) + r + 2 from input row i + tap − 1; each of the eight kernel rows
// belongs to exactly one (r, tap).
static int kernel_position(int r, int tap) {
    int k = 4 * (1 - tap) + r + 2;
    return k >= 0 && k < 8 ? k : -1;
}

void ct_transposed_expand(const float *weights, int in, int classes, float *expanded) {
    for (int c = 0; c < classes; c++)
        for (int phase = 0; phase < 16; phase++)
            for (int i = 0; i < in; i++)
                for (int tap = 0; tap < 9; tap++) {
                    int ky = kernel_position(phase / 4, tap / 3), kx = kernel_position(phase % 4, tap % 3);
                    *expanded++ = ky < 0 || kx < 0 ? 0 : weights[((size_t)i * classes + c) * 64 + ky * 8 + kx];
                }
}

void ct_transposed_gather(const float *expanded, int in, int classes, float *weights) {
    for (int c = 0; c < classes; c++)
        for (int phase = 0; phase < 16; phase++)
            for (int i = 0; i < in; i++)
                for (int tap = 0; tap < 9; tap++, expanded++) {
                    int ky = kernel_position(phase / 4, tap / 3), kx = kernel_position(phase % 4, tap % 3);
                    if (ky >= 0 && kx >= 0) weights[((size_t)i * classes + c) * 64 + ky * 8 + kx] = *expanded;
                }
}

enum { CHUNK = 512 };

typedef struct {
    const float *dy;
    int pixels, classes;
    float *partial;
} bias_context;

CK_CLONES static void bias_sums(const float *dy, int pixels, int classes, float *sums) {
    for (int c = 0; c < classes; c++) {
        float lanes[16] = {0};
        for (int p = 0; p < pixels; p++)
            for (int i = 0; i < 16; i++) lanes[i] += dy[((size_t)p * classes + c) * 16 + i];
        float sum = 0;
        for (int i = 0; i < 16; i++) sum += lanes[i];
        sums[c] = sum;
    }
}

static void bias_task(void *context, int index, int worker) {
    const bias_context *b = context;
    int first = index * CHUNK;
    bias_sums(b->dy + (size_t)first * b->classes * 16, ct_min(CHUNK, b->pixels - first), b->classes, b->partial + (size_t)index * b->classes);
}

void ct_transposed_bias_gradient(ct_engine *engine, const float *dy, int pixels, int classes, float *db) {
    int chunks = ct_parts(pixels, CHUNK);
    ct_reserve(engine, 0, (size_t)chunks * classes);
    bias_context b = {dy, pixels, classes, engine->shared};
    ct_run(engine, bias_task, &b, chunks);
    for (int c = 0; c < classes; c++) {
        double sum = 0;
        for (int i = 0; i < chunks; i++) sum += engine->shared[(size_t)i * classes + c];
        db[c] = (float)sum;
    }
}
