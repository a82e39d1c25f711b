#include "CKernels.h"

#include <cblas.h>
#include <math.h>
#include <string.h>

// A task is a class: one matrix product gives every input's 8 × 8 contribution, which are then added up.
size_t ck_classify_portable_scratch(const ck_classify *c) { return (size_t)c->in.width * 64; }

void ck_classify_portable_run(void *context, int label, int worker) {
    const ck_classify *c = context;
    float *patches = c->scratch + worker * c->scratch_stride;
    float *plane = c->scores + (ptrdiff_t)label * c->height * c->width;
    for (ptrdiff_t i = 0; i < (ptrdiff_t)c->height * c->width; i++) plane[i] = c->bias[label];
    for (int y = 0; y < c->in.height; y++) {
        // patches[x][64] = in[y][x][·] · weights[·][class][64]
        cblas_sgemm(CblasRowMajor, CblasNoTrans, CblasNoTrans, c->in.width, 64, c->in.channels, 1, c->in.data + y * c->in.row, (int)c->in.pixel,
                    c->weights + label * 64, c->classes * 64, 0, patches, 64);
        for (int x = 0; x < c->in.width; x++)
            for (int ky = 0; ky < 8; ky++) {
                int oy = 4 * y + ky - 2;
                if (oy < 0 || oy >= c->height) continue;
                for (int kx = 0; kx < 8; kx++) {
                    int ox = 4 * x + kx - 2;
                    if (ox >= 0 && ox < c->width) plane[(ptrdiff_t)oy * c->width + ox] += patches[x * 64 + ky * 8 + kx];
                }
            }
    }
}

void ck_top_class_run(void *context, int y, int worker) {
    const ck_classify *c = context;
    if (!c->class_map && !c->top_probability) return;
    ptrdiff_t plane = (ptrdiff_t)c->height * c->width;
    for (int x = 0; x < c->width; x++) {
        const float *score = c->scores + (ptrdiff_t)y * c->width + x;
        int best = 0;
        for (int label = 1; label < c->classes; label++)
            if (score[label * plane] > score[best * plane]) best = label;
        if (c->class_map) c->class_map[(ptrdiff_t)y * c->width + x] = (uint8_t)best;
        if (!c->top_probability) continue;
        float sum = 0;
        for (int label = 0; label < c->classes; label++) sum += expf(score[label * plane] - score[best * plane]);
        c->top_probability[(ptrdiff_t)y * c->width + x] = (uint8_t)lrintf(255 / sum);
    }
}
