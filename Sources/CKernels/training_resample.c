#include "training_internal.h"

#include <math.h>
#include <string.h>

typedef struct {
    const ct_resampling *size;
    const float *from;
    float *to;
    ptrdiff_t from_stride, to_stride;
    bool accumulate;
} pass;

CT_INLINE const float *from_at(const pass *f, int height, int width, int n, int y, int x) {
    return f->from + ((ptrdiff_t)(n * height + y) * width + x) * f->from_stride;
}

CT_INLINE float *to_at(const pass *f, int height, int width, int n, int y, int x) {
    return f->to + ((ptrdiff_t)(n * height + y) * width + x) * f->to_stride;
}

// MARK: Average pool. A task is a row of the pooled map.

CK_CLONES static void pool_row(const pass *f, int n, int oy) {
    const ct_resampling *s = f->size;
    int below = 2 * oy + 1 < s->height ? 2 * oy + 1 : 2 * oy;
    for (int ox = 0; ox < s->out_width; ox++) {
        // At an odd edge the one existing row or column stands for both: the same mean.
        int left = 2 * ox, right = left + 1 < s->width ? left + 1 : left;
        const float *a = from_at(f, s->height, s->width, n, 2 * oy, left), *b = from_at(f, s->height, s->width, n, 2 * oy, right);
        const float *c = from_at(f, s->height, s->width, n, below, left), *d = from_at(f, s->height, s->width, n, below, right);
        float *to = to_at(f, s->out_height, s->out_width, n, oy, ox);
        for (int i = 0; i < s->channels; i += 8)
            CT_STORE(to + i, ((CT_LOAD(a + i) + CT_LOAD(b + i)) + (CT_LOAD(c + i) + CT_LOAD(d + i))) * 0.25f);
    }
}

static void pool_task(void *context, int index, int worker) {
    const pass *f = context;
    pool_row(f, index / f->size->out_height, index % f->size->out_height);
}

void ct_average_pool_forward(ct_engine *engine, const ct_resampling *size, const float *x, ptrdiff_t x_stride, float *y, ptrdiff_t y_stride) {
    pass f = {size, x, y, x_stride, y_stride, false};
    ct_run(engine, pool_task, &f, size->batch * size->out_height);
}

CK_CLONES static void unpool_row(const pass *f, int n, int oy) {
    const ct_resampling *s = f->size;
    int rows = ct_min(2, s->height - 2 * oy);
    for (int ox = 0; ox < s->out_width; ox++) {
        int columns = ct_min(2, s->width - 2 * ox);
        const float *from = from_at(f, s->out_height, s->out_width, n, oy, ox);
        float share = 1.0f / (float)(rows * columns);
        for (int k = 0; k < rows * columns; k++) {
            float *to = to_at(f, s->height, s->width, n, 2 * oy + k / columns, 2 * ox + k % columns);
            if (f->accumulate)
                for (int i = 0; i < s->channels; i += 8) CT_STORE(to + i, CT_LOAD(to + i) + CT_LOAD(from + i) * share);
            else
                for (int i = 0; i < s->channels; i += 8) CT_STORE(to + i, CT_LOAD(from + i) * share);
        }
    }
}

static void unpool_task(void *context, int index, int worker) {
    const pass *f = context;
    unpool_row(f, index / f->size->out_height, index % f->size->out_height);
}

void ct_average_pool_backward(ct_engine *engine, const ct_resampling *size, const float *dy, ptrdiff_t dy_stride, float *dx,
                              ptrdiff_t dx_stride, bool accumulate) {
    pass f = {size, dy, dx, dy_stride, dx_stride, accumulate};
    ct_run(engine, unpool_task, &f, size->batch * size->out_height);
}

// MARK: Bilinear resize, corners not aligned

typedef struct {
    int low, high;
    float share;  // of `high`
} source;

CT_INLINE source source_of(int position, int size, int out_size) {
    float at = ((float)position + 0.5f) * ((float)size / (float)out_size) - 0.5f;
    if (at < 0) at = 0;
    int low = (int)at;
    if (low > size - 1) low = size - 1;
    return (source){low, low + 1 < size ? low + 1 : low, at - (float)low};
}

CK_CLONES static void resize_row(const pass *f, int n, int oy) {
    const ct_resampling *s = f->size;
    source y = source_of(oy, s->height, s->out_height);
    for (int ox = 0; ox < s->out_width; ox++) {
        source x = source_of(ox, s->width, s->out_width);
        const float *a = from_at(f, s->height, s->width, n, y.low, x.low), *b = from_at(f, s->height, s->width, n, y.low, x.high);
        const float *c = from_at(f, s->height, s->width, n, y.high, x.low), *d = from_at(f, s->height, s->width, n, y.high, x.high);
        float *to = to_at(f, s->out_height, s->out_width, n, oy, ox);
        for (int i = 0; i < s->channels; i += 8) {
            ct_vector top = CT_LOAD(a + i) * (1 - x.share) + CT_LOAD(b + i) * x.share,
                      bottom = CT_LOAD(c + i) * (1 - x.share) + CT_LOAD(d + i) * x.share;
            CT_STORE(to + i, top * (1 - y.share) + bottom * y.share);
        }
    }
}

static void resize_task(void *context, int index, int worker) {
    const pass *f = context;
    resize_row(f, index / f->size->out_height, index % f->size->out_height);
}

void ct_resize_forward(ct_engine *engine, const ct_resampling *size, const float *x, ptrdiff_t x_stride, float *y, ptrdiff_t y_stride) {
    pass f = {size, x, y, x_stride, y_stride, false};
    ct_run(engine, resize_task, &f, size->batch * size->out_height);
}

// The part of output position `out` that came from input position `in`.
CT_INLINE float part_of(source s, int in) { return (s.low == in ? 1 - s.share : 0) + (s.high == in ? s.share : 0); }

// The first output position that may read input position `in`; sources grow with the position.
static int first_reader(int in, int size, int out_size) {
    int out = (int)(((float)in - 0.5f) * (float)out_size / (float)size) - 2;
    out = out < 0 ? 0 : out;
    while (out < out_size && source_of(out, size, out_size).high < in) out++;
    return out;
}

// Gathers instead of scattering, so that rows are independent and sums have one order.
CK_CLONES static void unresize_row(const pass *f, int n, int iy) {
    const ct_resampling *s = f->size;
    for (int ix = 0; ix < s->width; ix++) {
        float *to = to_at(f, s->height, s->width, n, iy, ix);
        if (!f->accumulate) memset(to, 0, (size_t)s->channels * sizeof(float));
        int first_x = first_reader(ix, s->width, s->out_width);
        for (int oy = first_reader(iy, s->height, s->out_height); oy < s->out_height; oy++) {
            source y = source_of(oy, s->height, s->out_height);
            if (y.low > iy) break;
            for (int ox = first_x; ox < s->out_width; ox++) {
                source x = source_of(ox, s->width, s->out_width);
                if (x.low > ix) break;
                float part = part_of(y, iy) * part_of(x, ix);
                const float *from = from_at(f, s->out_height, s->out_width, n, oy, ox);
                for (int i = 0; i < s->channels; i += 8) CT_STORE(to + i, CT_LOAD(to + i) + CT_LOAD(from + i) * part);
            }
        }
    }
}

static void unresize_task(void *context, int index, int worker) {
    const pass *f = context;
    unresize_row(f, index / f->size->height, index % f->size->height);
}

void ct_resize_backward(ct_engine *engine, const ct_resampling *size, const float *dy, ptrdiff_t dy_stride, float *dx, ptrdiff_t dx_stride,
                        bool accumulate) {
    pass f = {size, dy, dx, dy_stride, dx_stride, accumulate};
    ct_run(engine, unresize_task, &f, size->batch * size->height);
}

// MARK: The same to logits, in cells of 4×4 pixels. A task is a row of cells forward, a row of the map backward.

CT_INLINE ptrdiff_t logit_at(const ct_resampling *s, int n, int y, int x) {
    ptrdiff_t cell = (ptrdiff_t)(n * ct_parts(s->out_height, 4) + y / 4) * ct_parts(s->out_width, 4) + x / 4;
    return cell * s->channels * 16 + y % 4 * 4 + x % 4;
}

static void logits_task(void *context, int index, int worker) {
    const pass *f = context;
    const ct_resampling *s = f->size;
    int rows = ct_parts(s->out_height, 4), n = index / rows, first = index % rows * 4;
    for (int oy = first; oy < ct_min(first + 4, s->out_height); oy++) {
        source y = source_of(oy, s->height, s->out_height);
        for (int ox = 0; ox < s->out_width; ox++) {
            source x = source_of(ox, s->width, s->out_width);
            const float *a = from_at(f, s->height, s->width, n, y.low, x.low), *b = from_at(f, s->height, s->width, n, y.low, x.high);
            const float *c = from_at(f, s->height, s->width, n, y.high, x.low), *d = from_at(f, s->height, s->width, n, y.high, x.high);
            float *to = f->to + logit_at(s, n, oy, ox);
            for (int i = 0; i < s->channels; i++)
                to[i * 16] = (a[i] * (1 - x.share) + b[i] * x.share) * (1 - y.share) + (c[i] * (1 - x.share) + d[i] * x.share) * y.share;
        }
    }
}

void ct_resize_logits_forward(ct_engine *engine, const ct_resampling *size, const float *x, ptrdiff_t x_stride, float *logits) {
    pass f = {size, x, logits, x_stride, 0, false};
    ct_run(engine, logits_task, &f, size->batch * ct_parts(size->out_height, 4));
}

static void unlogits_task(void *context, int index, int worker) {
    const pass *f = context;
    const ct_resampling *s = f->size;
    int n = index / s->height, iy = index % s->height, first_y = first_reader(iy, s->height, s->out_height);
    for (int ix = 0; ix < s->width; ix++) {
        float *to = to_at(f, s->height, s->width, n, iy, ix);
        if (!f->accumulate) memset(to, 0, (size_t)s->channels * sizeof(float));
        int first_x = first_reader(ix, s->width, s->out_width);
        for (int oy = first_y; oy < s->out_height; oy++) {
            source y = source_of(oy, s->height, s->out_height);
            if (y.low > iy) break;
            for (int ox = first_x; ox < s->out_width; ox++) {
                source x = source_of(ox, s->width, s->out_width);
                if (x.low > ix) break;
                float part = part_of(y, iy) * part_of(x, ix);
                const float *from = f->from + logit_at(s, n, oy, ox);
                for (int i = 0; i < s->channels; i++) to[i] += from[i * 16] * part;
            }
        }
    }
}

void ct_resize_logits_backward(ct_engine *engine, const ct_resampling *size, const float *d_logits, float *dx, ptrdiff_t dx_stride,
                               bool accumulate) {
    pass f = {size, d_logits, dx, 0, dx_stride, accumulate};
    ct_run(engine, unlogits_task, &f, size->batch * size->height);
}
