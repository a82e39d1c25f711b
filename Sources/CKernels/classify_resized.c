#include "CKernels.h"
#include "resize.h"

#include <math.h>

// The row's source, mixed of two rows of the map, and the scores of one pixel.
size_t ck_classify_resized_scratch(const ck_classify *c) { return ((size_t)c->in.width + 1) * c->classes; }

void ck_classify_resized_run(void *context, int y, int worker) {
    const ck_classify *c = context;
    int classes = c->classes;
    float *row = c->scratch + worker * c->scratch_stride, *scores = row + (ptrdiff_t)c->in.width * classes;
    ck_position v = ck_source(y, c->height, c->in.height);
    for (int x = 0; x < c->in.width; x++) {
        const float *top = c->in.data + v.low * c->in.row + x * c->in.pixel, *bottom = c->in.data + v.high * c->in.row + x * c->in.pixel;
        for (int k = 0; k < classes; k++) row[x * classes + k] = top[k] + (bottom[k] - top[k]) * v.weight;
    }
    ptrdiff_t plane = (ptrdiff_t)c->height * c->width, pixel = (ptrdiff_t)y * c->width;
    for (int x = 0; x < c->width; x++, pixel++) {
        ck_position h = ck_source(x, c->width, c->in.width);
        const float *left = row + (ptrdiff_t)h.low * classes, *right = row + (ptrdiff_t)h.high * classes;
        int best = 0;
        for (int k = 0; k < classes; k++) {
            scores[k] = left[k] + (right[k] - left[k]) * h.weight;
            if (scores[k] > scores[best]) best = k;
        }
        if (c->scores)
            for (int k = 0; k < classes; k++) c->scores[k * plane + pixel] = scores[k];
        if (c->class_map) c->class_map[pixel] = (uint8_t)best;
        if (!c->top_probability) continue;
        float sum = 0;
        for (int k = 0; k < classes; k++) sum += expf(scores[k] - scores[best]);
        c->top_probability[pixel] = (uint8_t)lrintf(255 / sum);
    }
}
