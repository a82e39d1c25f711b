#include "training_internal.h"

#include <string.h>

// Portable loops, straight from the formula; 3×3 and 5×5 have vector kernels (training_depthwise_vector.h).

static bool by_vectors(const ct_engine *engine, const ct_convolution *c) { return engine->vector && (c->kernel == 3 || c->kernel == 5); }

bool ct_depthwise_takes_input_norm(const ct_engine *engine, const ct_convolution *c) { return by_vectors(engine, c); }

size_t ct_depthwise_inner_size(const ct_engine *engine, const ct_convolution *c) {
    return by_vectors(engine, c) ? 0 : (size_t)c->batch * c->out_height * c->out_width * c->out;
}

void ct_depthwise_pack(const ct_convolution *c, const float *weights, float *packed) {
    int taps = c->kernel * c->kernel;
    for (int channel = 0; channel < c->in; channel++)
        for (int tap = 0; tap < taps; tap++) packed[(size_t)tap * c->in + channel] = weights[(size_t)channel * taps + tap];
}

typedef struct {
    ct_engine *engine;
    const ct_convolution *conv;
    const float *x, *packed, *dy;
    float *y, *dw;
    ptrdiff_t x_stride, y_stride;
    bool accumulate;
    int taps, channels, slots;
    ct_moments moments;
} passage;

CT_INLINE void multiply_add(const float *a, const float *b, float *to, int channels) {
    for (int i = 0; i < channels; i++) to[i] += a[i] * b[i];
}

// MARK: Forward. A task is a row of the output.

CK_CLONES static void forward_row(const passage *f, int n, int oy) {
    const ct_convolution *c = f->conv;
    int pad = c->dilation * (c->kernel / 2);
    float *y = f->y + (size_t)(n * c->out_height + oy) * c->out_width * c->out;
    memset(y, 0, (size_t)c->out_width * c->out * sizeof(float));
    for (int ox = 0; ox < c->out_width; ox++, y += c->out)
        for (int tap = 0; tap < c->kernel * c->kernel; tap++) {
            int iy = oy * c->stride - pad + tap / c->kernel * c->dilation, ix = ox * c->stride - pad + tap % c->kernel * c->dilation;
            if (iy < 0 || iy >= c->height || ix < 0 || ix >= c->width) continue;
            multiply_add(f->x + ((ptrdiff_t)(n * c->height + iy) * c->width + ix) * f->x_stride, f->packed + (size_t)tap * c->in, y, c->in);
        }
}

static void forward_task(void *context, int index, int worker) {
    const passage *f = context;
    const ct_convolution *c = f->conv;
    forward_row(f, index / c->out_height, index % c->out_height);
    if (f->moments.sums)
        ct_sum_moments(&f->moments, f->y + (size_t)index * c->out_width * c->out, (size_t)c->out_width, c->out,
                       f->moments.sums + (size_t)index * 2 * c->out);
}

void ct_depthwise_forward(ct_engine *engine, const ct_convolution *c, const ct_batch_norm *input_norm, const float *x, ptrdiff_t x_stride,
                          const float *packed, float *y, const ct_batch_norm *norm) {
    if (by_vectors(engine, c)) {
        engine->vector->depthwise_forward(engine, c, input_norm, x, x_stride, packed, y, norm);
        return;
    }
    int rows = c->batch * c->out_height;
    passage f = {
        .engine = engine, .conv = c, .x = x, .x_stride = x_stride, .packed = packed, .y = y, .moments = ct_moments_of(engine, norm, rows)};
    ct_run(engine, forward_task, &f, rows);
}

// MARK: Data gradient. A task is a row of the input.

CK_CLONES static void gradient_row(const passage *f, int n, int iy) {
    const ct_convolution *c = f->conv;
    int pad = c->dilation * (c->kernel / 2);
    for (int ix = 0; ix < c->width; ix++) {
        float *dx = f->y + ((ptrdiff_t)(n * c->height + iy) * c->width + ix) * f->y_stride;
        if (!f->accumulate) memset(dx, 0, (size_t)c->in * sizeof(float));
        for (int tap = 0; tap < c->kernel * c->kernel; tap++) {
            int y = iy + pad - tap / c->kernel * c->dilation, x = ix + pad - tap % c->kernel * c->dilation;
            if (y < 0 || x < 0 || y % c->stride || x % c->stride || y / c->stride >= c->out_height || x / c->stride >= c->out_width) continue;
            multiply_add(f->dy + (size_t)((n * c->out_height + y / c->stride) * c->out_width + x / c->stride) * c->out,
                         f->packed + (size_t)tap * c->in, dx, c->in);
        }
    }
}

static void gradient_task(void *context, int index, int worker) {
    const passage *f = context;
    gradient_row(f, index / f->conv->height, index % f->conv->height);
}

// MARK: Weight gradient. A task is one image's sums.

CK_CLONES static void weight_sums(const passage *f, int n, float *sums) {
    const ct_convolution *c = f->conv;
    int pad = c->dilation * (c->kernel / 2), taps = c->kernel * c->kernel;
    memset(sums, 0, (size_t)taps * c->in * sizeof(float));
    for (int p = 0; p < c->out_height * c->out_width; p++)
        for (int tap = 0; tap < taps; tap++) {
            int iy = p / c->out_width * c->stride - pad + tap / c->kernel * c->dilation;
            int ix = p % c->out_width * c->stride - pad + tap % c->kernel * c->dilation;
            if (iy < 0 || iy >= c->height || ix < 0 || ix >= c->width) continue;
            multiply_add(f->x + ((ptrdiff_t)(n * c->height + iy) * c->width + ix) * f->x_stride,
                         f->dy + ((size_t)n * c->out_height * c->out_width + p) * c->out, sums + (size_t)tap * c->in, c->in);
        }
}

static void weight_task(void *context, int index, int worker) {
    const passage *f = context;
    weight_sums(f, index, f->engine->shared + (size_t)index * f->conv->kernel * f->conv->kernel * f->conv->in);
}

enum { SUM_CHANNELS = 16 };  // whole cache lines of dw

static void add_slots_task(void *context, int index, int worker) {
    const passage *f = context;
    for (int channel = index * SUM_CHANNELS; channel < ct_min((index + 1) * SUM_CHANNELS, f->channels); channel++)
        for (int tap = 0; tap < f->taps; tap++) {
            float sum = 0;
            for (int slot = 0; slot < f->slots; slot++) sum += f->engine->shared[(size_t)(slot * f->taps + tap) * f->channels + channel];
            f->dw[(size_t)channel * f->taps + tap] = sum;
        }
}

void ct_depthwise_add_slots(ct_engine *engine, int taps, int channels, int slots, float *dw) {
    passage f = {.engine = engine, .taps = taps, .channels = channels, .slots = slots, .dw = dw};
    ct_run(engine, add_slots_task, &f, ct_parts(channels, SUM_CHANNELS));
}

void ct_depthwise_backward(ct_engine *engine, const ct_convolution *c, const ct_batch_norm *norm, const ct_batch_norm *input_norm,
                           const float *x, ptrdiff_t x_stride, const float *output, const float *dy, ptrdiff_t dy_stride, const float *packed,
                           float *inner, float *dx, ptrdiff_t dx_stride, bool accumulate, float *dw) {
    if (by_vectors(engine, c)) {
        engine->vector->depthwise_backward(engine, c, norm, input_norm, x, x_stride, output, dy, dy_stride, packed, dx, dx_stride, accumulate,
                                           dw);
        return;
    }
    int taps = c->kernel * c->kernel;
    ct_batch_norm_backward(engine, norm, output, dy, dy_stride, inner);
    passage f = {.engine = engine,
                 .conv = c,
                 .x = x,
                 .x_stride = x_stride,
                 .packed = packed,
                 .dy = inner,
                 .y = dx,
                 .y_stride = dx_stride,
                 .accumulate = accumulate};
    ct_reserve(engine, 0, (size_t)c->batch * taps * c->in);
    ct_run(engine, weight_task, &f, c->batch);
    ct_depthwise_add_slots(engine, taps, c->in, c->batch, dw);
    if (dx) ct_run(engine, gradient_task, &f, c->batch * c->height);
}
