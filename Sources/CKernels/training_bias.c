#include "training_internal.h"

#include <string.h>

enum { CHUNK = 512 };

typedef struct {
    const float *dy;
    ptrdiff_t stride;
    int pixels, channels;
    float *partial;
} pass;

static void bias_task(void *context, int index, int worker) {
    const pass *f = context;
    float *sums = f->partial + (size_t)index * f->channels;
    memset(sums, 0, (size_t)f->channels * sizeof(float));
    for (int p = index * CHUNK; p < ct_min((index + 1) * CHUNK, f->pixels); p++)
        for (int c = 0; c < f->channels; c++) sums[c] += f->dy[p * f->stride + c];
}

void ct_bias_gradient(ct_engine *engine, const float *dy, ptrdiff_t dy_stride, int pixels, int channels, float *db) {
    int chunks = ct_parts(pixels, CHUNK);
    ct_reserve(engine, 0, (size_t)chunks * channels);
    pass f = {dy, dy_stride, pixels, channels, engine->shared};
    ct_run(engine, bias_task, &f, chunks);
    for (int c = 0; c < channels; c++) {
        double sum = 0;
        for (int i = 0; i < chunks; i++) sum += engine->shared[(size_t)i * channels + c];
        db[c] = (float)sum;
    }
}
