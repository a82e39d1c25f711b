#include "training_internal.h"

#include <string.h>

typedef struct {
    const ct_resampling *size;
    const float *from;
    float *to;
    ptrdiff_t from_stride, to_stride;
    uint8_t *chosen;
    bool accumulate;
} pass;

// A task is a row of the pooled map.
static void pool_task(void *context, int index, int worker) {
    const pass *f = context;
    const ct_resampling *s = f->size;
    int n = index / s->out_height, oy = index % s->out_height;
    for (int ox = 0; ox < s->out_width; ox++) {
        ptrdiff_t pixel = (ptrdiff_t)index * s->out_width + ox;
        float *restrict to = f->to + pixel * f->to_stride;
        uint8_t *restrict chosen = f->chosen + pixel * s->channels;
        bool is_first = true;
        for (int tap = 0; tap < 9; tap++) {
            int iy = 2 * oy - 1 + tap / 3, ix = 2 * ox - 1 + tap % 3;
            if (iy < 0 || iy >= s->height || ix < 0 || ix >= s->width) continue;
            const float *from = f->from + ((ptrdiff_t)(n * s->height + iy) * s->width + ix) * f->from_stride;
            for (int c = 0; c < s->channels; c++) {
                bool is_largest = is_first || from[c] > to[c];
                to[c] = is_largest ? from[c] : to[c];
                chosen[c] = is_largest ? (uint8_t)tap : chosen[c];
            }
            is_first = false;
        }
    }
}

void ct_max_pool_forward(ct_engine *engine, const ct_resampling *size, const float *x, ptrdiff_t x_stride, float *y, ptrdiff_t y_stride,
                         uint8_t *chosen) {
    pass f = {size, x, y, x_stride, y_stride, chosen, false};
    ct_run(engine, pool_task, &f, size->batch * size->out_height);
}

// A task is a row of the map that was pooled: each of its pixels asks the windows that it lies in.
static void unpool_task(void *context, int index, int worker) {
    const pass *f = context;
    const ct_resampling *s = f->size;
    int n = index / s->height, iy = index % s->height;
    for (int ix = 0; ix < s->width; ix++) {
        float *restrict to = f->to + ((ptrdiff_t)index * s->width + ix) * f->to_stride;
        if (!f->accumulate) memset(to, 0, (size_t)s->channels * sizeof(float));
        for (int oy = iy / 2; oy <= ct_min((iy + 1) / 2, s->out_height - 1); oy++)
            for (int ox = ix / 2; ox <= ct_min((ix + 1) / 2, s->out_width - 1); ox++) {
                int tap = (iy - 2 * oy + 1) * 3 + ix - 2 * ox + 1;
                ptrdiff_t pixel = (ptrdiff_t)(n * s->out_height + oy) * s->out_width + ox;
                const float *from = f->from + pixel * f->from_stride;
                const uint8_t *chosen = f->chosen + pixel * s->channels;
                for (int c = 0; c < s->channels; c++) to[c] += chosen[c] == tap ? from[c] : 0;
            }
    }
}

void ct_max_pool_backward(ct_engine *engine, const ct_resampling *size, const uint8_t *chosen, const float *dy, ptrdiff_t dy_stride, float *dx,
                          ptrdiff_t dx_stride, bool accumulate) {
    pass f = {size, dy, dx, dy_stride, dx_stride, (uint8_t *)chosen, accumulate};
    ct_run(engine, unpool_task, &f, size->batch * size->height);
}
