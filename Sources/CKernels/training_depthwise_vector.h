/// Depthwise 3×3 and 5×5 for training; see vector.h for how it is compiled.
///
/// A task goes down a band of an image's rows, in a group of channels. The rows that a kernel sees lie in a ring with zeros to the
/// left and to the right, small enough for L2, and no loop has to ask where an image ends.
#include "training_internal.h"
#include "vector.h"

#if defined(__x86_64__)
#include <string.h>

enum { DEPTHWISE_TAPS = 25, DEPTHWISE_COLUMNS = 8, DEPTHWISE_RUN = 32, DEPTHWISE_RING = 1 << 16 };

// How the work is cut. Smaller bands read more rows twice, at their seams.
typedef struct {
    int bands, groups, channels;  // the channels of a group
} depthwise_cut;

static depthwise_cut depthwise_cut_of(const ct_engine *engine, const ct_convolution *c) {
    int wanted = 4 * engine->threads, pad = c->dilation * (c->kernel / 2);
    int bands = ct_max(1, ct_min(ct_parts(wanted, c->batch), c->out_height / (8 * pad)));
    int fitting = ct_max(16, DEPTHWISE_RING / ((2 * pad + 1) * (c->width + 2 * pad)) / 16 * 16);
    int groups = ct_max(ct_parts(c->in, fitting), ct_parts(wanted, c->batch * bands));
    int channels = ct_round16(ct_parts(c->in, groups));
    return (depthwise_cut){bands, ct_parts(c->in, channels), channels};
}

// One value in every kernel position that an output takes: where its input stands for column 0, and its weight.
typedef struct {
    const float *x, *w;
} depthwise_tap;

typedef struct {
    ct_engine *engine;
    const ct_convolution *conv;
    const ct_batch_norm *norm, *input_norm;
    const float *x, *output, *dy, *packed;
    float *y, *dx;
    ptrdiff_t x_stride, dy_stride, dx_stride;
    bool accumulate;
    depthwise_cut cut;
    ct_moments moments;
    float *input_sums;
} depthwise_pass;

// What a task works on.
typedef struct {
    int image, first, last, channel, channels;  // output rows first..<last
    int slot;                                   // of its sums: all groups of a band share one
    int rows, pad;                              // of a ring, and the pixels beside its rows
    float *x, *inner, *zeros;
    ptrdiff_t x_row, inner_row;  // floats of a ring's row
} depthwise_task;

static size_t depthwise_scratch(const ct_convolution *c, const depthwise_cut *cut, bool backward) {
    size_t pad = (size_t)c->dilation * (c->kernel / 2), rows = 2 * pad + 1, x = (c->width + 2 * pad) * cut->channels;
    return (rows + 1) * x + (backward ? rows * (c->out_width + 2 * pad) * cut->channels : 0);
}

// Slots and groups; clears the worker's rings, whose margins stay zero from here on.
static depthwise_task depthwise_begin(const depthwise_pass *f, int index, int worker, bool backward) {
    const ct_convolution *c = f->conv;
    int group = index % f->cut.groups, slot = index / f->cut.groups, band = slot % f->cut.bands;
    depthwise_task t = {.image = slot / f->cut.bands, .slot = slot, .channel = group * f->cut.channels, .pad = c->dilation * (c->kernel / 2)};
    t.first = (int)((int64_t)c->out_height * band / f->cut.bands);
    t.last = (int)((int64_t)c->out_height * (band + 1) / f->cut.bands);
    t.channels = ct_min(f->cut.channels, c->in - t.channel);
    t.rows = 2 * t.pad + 1;
    t.x_row = (ptrdiff_t)(c->width + 2 * t.pad) * t.channels;
    t.inner_row = (ptrdiff_t)(c->out_width + 2 * t.pad) * t.channels;
    t.zeros = f->engine->scratch + worker * f->engine->scratch_stride;
    t.x = t.zeros + t.x_row;
    t.inner = t.x + t.rows * t.x_row;
    memset(t.zeros, 0, depthwise_scratch(c, &f->cut, backward) * sizeof(float));
    return t;
}

static const float *depthwise_row(const depthwise_task *t, const float *ring, ptrdiff_t row_size, int row, int height) {
    return row < 0 || row >= height ? t->zeros : ring + row % t->rows * row_size;
}

CK_BEGIN

// MARK: A row of outputs, each the sum of its taps

typedef struct {
    const depthwise_tap *taps;
    int count, channels;
    ptrdiff_t step;  // of the taps' inputs from one column to the next
    float *to;
    ptrdiff_t to_step;
    bool accumulate;
    const float *centre;  // of the moments, or NULL
    float *sums, *squares;
} depthwise_run;

// Columns j..<j + N, `lanes` channels from c on.
CK_INLINE void depthwise_tile(const int N, const int lanes, int c, const depthwise_run *r, int j) {
    ck_vector acc[DEPTHWISE_COLUMNS];
    float *to = r->to + j * r->to_step + c;
#pragma clang loop unroll(full)
    for (int i = 0; i < N; i++) acc[i] = r->accumulate ? ck_load(to + i * r->to_step, lanes) : ck_zero();
    ptrdiff_t offset = j * r->step + c;
    for (int t = 0; t < r->count; t++) {
        const float *x = r->taps[t].x + offset;
        ck_vector w = ck_load(r->taps[t].w + c, lanes);
#pragma clang loop unroll(full)
        for (int i = 0; i < N; i++) acc[i] = ck_fma(ck_load(x + i * r->step, lanes), w, acc[i]);
    }
#pragma clang loop unroll(full)
    for (int i = 0; i < N; i++) ck_store(to + i * r->to_step, acc[i], lanes);
    if (!r->centre) return;
    ck_vector centre = ck_load(r->centre + c, lanes), sum = ck_load(r->sums + c, lanes), square = ck_load(r->squares + c, lanes);
#pragma clang loop unroll(full)
    for (int i = 0; i < N; i++) {
        ck_vector difference = ck_sub(acc[i], centre);
        sum = ck_add(sum, difference);
        square = ck_fma(difference, difference, square);
    }
    ck_store(r->sums + c, sum, lanes);
    ck_store(r->squares + c, square, lanes);
}

CK_INLINE void depthwise_columns(const int N, const depthwise_run *r, int j) {
    int c = 0;
    for (; c + CK_LANES <= r->channels; c += CK_LANES) depthwise_tile(N, CK_LANES, c, r, j);
    if (c < r->channels) depthwise_tile(N, 8, c, r, j);
}

static void depthwise_row_of(const depthwise_run *r, int columns) {
    int j = 0;
    for (; j + 8 <= columns; j += 8) depthwise_columns(8, r, j);
    if (j + 4 <= columns) depthwise_columns(4, r, j), j += 4;
    if (j + 2 <= columns) depthwise_columns(2, r, j), j += 2;
    if (j < columns) depthwise_columns(1, r, j);
}

// MARK: Rings

CK_INLINE ck_vector depthwise_limited(ck_vector x, const ct_batch_norm *norm) {
    return ck_min(ck_max(x, ck_set(norm->low)), ck_set(norm->high));
}

static void depthwise_load(const depthwise_pass *f, const depthwise_task *t, int row) {
    const ct_convolution *c = f->conv;
    const ct_batch_norm *norm = f->input_norm;
    if (row < 0 || row >= c->height) return;
    const float *x = f->x + (ptrdiff_t)(t->image * c->height + row) * c->width * f->x_stride + t->channel;
    float *to = t->x + row % t->rows * t->x_row + t->pad * t->channels;
    for (int p = 0; p < c->width; p++, x += f->x_stride, to += t->channels) {
        if (!norm) {
            memcpy(to, x, (size_t)t->channels * sizeof(float));
            continue;
        }
        for (int i = 0; i < t->channels; i += CK_LANES) {
            const int lanes = ck_lanes(t->channels - i), at = t->channel + i;
            ck_vector value = ck_fma(ck_load(x + i, lanes), ck_load(norm->scale + at, lanes), ck_load(norm->shift + at, lanes));
            ck_store(to + i, depthwise_limited(value, norm), lanes);
        }
    }
}

// The gradient that an activation lets through to the value before it.
CK_INLINE ck_vector depthwise_passed(ck_vector value, ck_vector gradient, const ct_batch_norm *norm) {
    gradient = ck_where_greater(value, ck_set(norm->low), gradient, ck_zero());
    return ck_where_greater(ck_set(norm->high), value, gradient, ck_zero());
}

// A row of the gradient between the convolution and its batch norm.
static void depthwise_load_inner(const depthwise_pass *f, const depthwise_task *t, int row) {
    const ct_convolution *c = f->conv;
    const ct_batch_norm *norm = f->norm;
    ptrdiff_t first = (ptrdiff_t)(t->image * c->out_height + row) * c->out_width;
    float *to = t->inner + row % t->rows * t->inner_row + t->pad * t->channels;
    for (int p = 0; p < c->out_width; p++, to += t->channels) {
        const float *x = f->output + (first + p) * c->out + t->channel, *dy = f->dy + (first + p) * f->dy_stride + t->channel;
        for (int i = 0; i < t->channels; i += CK_LANES) {
            const int lanes = ck_lanes(t->channels - i), at = t->channel + i;
            ck_vector value = ck_load(x + i, lanes), scale = ck_load(norm->scale + at, lanes);
            ck_vector normal = ck_fma(value, scale, ck_load(norm->shift + at, lanes));
            ck_vector dz = depthwise_passed(normal, ck_load(dy + i, lanes), norm);
            ck_vector rest = ck_fma(ck_load(norm->slope + at, lanes), value, ck_load(norm->offset + at, lanes));
            ck_store(to + i, ck_fma(scale, dz, rest), lanes);
        }
    }
}

// MARK: Forward

static void depthwise_forward_task(void *context, int index, int worker) {
    const depthwise_pass *f = context;
    const ct_convolution *c = f->conv;
    depthwise_task t = depthwise_begin(f, index, worker, false);
    depthwise_tap taps[DEPTHWISE_TAPS];
    depthwise_run run = {
        .taps = taps, .count = c->kernel * c->kernel, .channels = t.channels, .step = (ptrdiff_t)c->stride * t.channels, .to_step = c->out};
    if (f->moments.sums) {
        run.centre = f->moments.centre + t.channel;
        run.sums = f->moments.sums + (size_t)t.slot * 2 * c->out + t.channel;
        run.squares = run.sums + c->out;
        memset(run.sums, 0, (size_t)t.channels * sizeof(float));
        memset(run.squares, 0, (size_t)t.channels * sizeof(float));
    }
    int next = t.first * c->stride - t.pad;
    for (int row = t.first; row < t.last; row++) {
        for (; next <= row * c->stride + t.pad; next++) depthwise_load(f, &t, next);
        for (int tap = 0; tap < run.count; tap++) {
            int y = row * c->stride - t.pad + tap / c->kernel * c->dilation;
            taps[tap].x = depthwise_row(&t, t.x, t.x_row, y, c->height) + tap % c->kernel * c->dilation * t.channels;
            taps[tap].w = f->packed + (size_t)tap * c->in + t.channel;
        }
        run.to = f->y + (size_t)(t.image * c->out_height + row) * c->out_width * c->out + t.channel;
        depthwise_row_of(&run, c->out_width);
    }
}

static void depthwise_forward(ct_engine *engine, const ct_convolution *c, const ct_batch_norm *input_norm, const float *x, ptrdiff_t x_stride,
                              const float *packed, float *y, const ct_batch_norm *norm) {
    depthwise_cut cut = depthwise_cut_of(engine, c);
    depthwise_pass f = {.engine = engine,
                        .conv = c,
                        .input_norm = input_norm,
                        .x = x,
                        .x_stride = x_stride,
                        .packed = packed,
                        .y = y,
                        .cut = cut,
                        .moments = ct_moments_of(engine, norm, c->batch * cut.bands)};
    ct_reserve(engine, depthwise_scratch(c, &cut, false), 0);
    ct_run(engine, depthwise_forward_task, &f, c->batch * cut.bands * cut.groups);
}

// MARK: Backward

// Adds to `sums` (taps, channels) for kernel rows first..<first + ROWS of one row's outputs, `lanes` channels from c on.
CK_INLINE void depthwise_weight_rows(const int K, const int ROWS, const int lanes, int c, const float *const *x, ptrdiff_t step, ptrdiff_t next,
                                     const float *dy, ptrdiff_t dy_step, int columns, float *sums, ptrdiff_t sum_step, int first) {
    ck_vector acc[DEPTHWISE_TAPS];
#pragma clang loop unroll(full)
    for (int t = 0; t < ROWS * K; t++) acc[t] = ck_load(sums + (first * K + t) * sum_step + c, lanes);
    for (int j = 0; j < columns; j++) {
        ck_vector gradient = ck_load(dy + j * dy_step + c, lanes);
#pragma clang loop unroll(full)
        for (int r = 0; r < ROWS; r++)
#pragma clang loop unroll(full)
            for (int k = 0; k < K; k++)
                acc[r * K + k] = ck_fma(ck_load(x[first + r] + j * step + k * next + c, lanes), gradient, acc[r * K + k]);
    }
#pragma clang loop unroll(full)
    for (int t = 0; t < ROWS * K; t++) ck_store(sums + (first * K + t) * sum_step + c, acc[t], lanes);
}

// All taps; five rows of five only where there are registers for their sums.
CK_INLINE void depthwise_weights(const int K, const int lanes, int c, const float *const *x, ptrdiff_t step, ptrdiff_t next, const float *dy,
                                 ptrdiff_t dy_step, int columns, float *sums, ptrdiff_t sum_step) {
#define ROWS(count, first) depthwise_weight_rows(K, count, lanes, c, x, step, next, dy, dy_step, columns, sums, sum_step, first)
    if (K == 3) {
        ROWS(3, 0);
    } else if (CK_LANES == 16) {
        ROWS(5, 0);
    } else {
        ROWS(2, 0);
        ROWS(2, 2);
        ROWS(1, 4);
    }
#undef ROWS
}

static void depthwise_weight_row(const depthwise_pass *f, const depthwise_task *t, int row, float *sums) {
    const ct_convolution *c = f->conv;
    ptrdiff_t step = (ptrdiff_t)c->stride * t->channels, next = (ptrdiff_t)c->dilation * t->channels;
    for (int j = 0; j < c->out_width; j += DEPTHWISE_RUN) {
        const float *x[5];
        for (int k = 0; k < c->kernel; k++)
            x[k] = depthwise_row(t, t->x, t->x_row, row * c->stride - t->pad + k * c->dilation, c->height) + j * step;
        const float *dy = t->inner + row % t->rows * t->inner_row + (ptrdiff_t)(t->pad + j) * t->channels;
        int columns = ct_min(DEPTHWISE_RUN, c->out_width - j);
        for (int i = 0; i < t->channels; i += CK_LANES) {
            const bool whole = t->channels - i >= CK_LANES;
            if (c->kernel == 3 && whole) depthwise_weights(3, CK_LANES, i, x, step, next, dy, t->channels, columns, sums, c->in);
            else if (c->kernel == 3) depthwise_weights(3, 8, i, x, step, next, dy, t->channels, columns, sums, c->in);
            else if (whole) depthwise_weights(5, CK_LANES, i, x, step, next, dy, t->channels, columns, sums, c->in);
            else depthwise_weights(5, 8, i, x, step, next, dy, t->channels, columns, sums, c->in);
        }
    }
}

static int depthwise_floor(int a, int b) { return a >= 0 ? a / b : -((b - 1 - a) / b); }

// One row of the input's gradient; one column of every `stride` after the other, because they have other taps.
static void depthwise_gradient_row(const depthwise_pass *f, const depthwise_task *t, int row) {
    const ct_convolution *c = f->conv;
    int s = c->stride;
    depthwise_tap taps[DEPTHWISE_TAPS];
    float *dx = f->dx + (ptrdiff_t)(t->image * c->height + row) * c->width * f->dx_stride + t->channel;
    for (int phase = 0; phase < ct_min(s, c->width); phase++) {
        depthwise_run run = {.taps = taps,
                             .channels = t->channels,
                             .step = t->channels,
                             .to = dx + phase * f->dx_stride,
                             .to_step = s * f->dx_stride,
                             .accumulate = f->accumulate};
        for (int tap = 0; tap < c->kernel * c->kernel; tap++) {
            int y = row + t->pad - tap / c->kernel * c->dilation, x = phase + t->pad - tap % c->kernel * c->dilation;
            if (y < 0 || y % s || y / s >= c->out_height || x % s) continue;
            taps[run.count].x = t->inner + y / s % t->rows * t->inner_row + (t->pad + x / s) * t->channels;
            taps[run.count++].w = f->packed + (size_t)tap * c->in + t->channel;
        }
        depthwise_row_of(&run, ct_parts(c->width - phase, s));
    }
}

// Adds one row of the input's gradient to the sums of the batch norm that the input still lacks.
CK_INLINE void depthwise_input_sums(const int lanes, int c, const ct_batch_norm *norm, const float *x, const float *dx, ptrdiff_t dx_stride,
                                    int pixels, float *sums) {
    ck_vector scale = ck_load(norm->scale + c, lanes), shift = ck_load(norm->shift + c, lanes), mean = ck_load(norm->mean + c, lanes);
    ck_vector first = ck_load(sums + c, lanes), second = ck_load(sums + norm->channels + c, lanes);
    for (int p = 0; p < pixels; p++) {
        ck_vector value = ck_load(x + (ptrdiff_t)p * norm->channels + c, lanes);
        ck_vector dz = depthwise_passed(ck_fma(value, scale, shift), ck_load(dx + p * dx_stride + c, lanes), norm);
        first = ck_add(first, dz);
        second = ck_fma(dz, ck_sub(value, mean), second);
    }
    ck_store(sums + c, first, lanes);
    ck_store(sums + norm->channels + c, second, lanes);
}

static void depthwise_input_row(const depthwise_pass *f, const depthwise_task *t, int row) {
    ptrdiff_t first = (ptrdiff_t)(t->image * f->conv->height + row) * f->conv->width;
    const float *x = f->x + first * f->x_stride, *dx = f->dx + first * f->dx_stride;
    float *sums = f->input_sums + (size_t)t->slot * 2 * f->conv->in;
    int c = t->channel, end = t->channel + t->channels;
    for (; c + CK_LANES <= end; c += CK_LANES) depthwise_input_sums(CK_LANES, c, f->input_norm, x, dx, f->dx_stride, f->conv->width, sums);
    if (c < end) depthwise_input_sums(8, c, f->input_norm, x, dx, f->dx_stride, f->conv->width, sums);
}

static void depthwise_backward_task(void *context, int index, int worker) {
    const depthwise_pass *f = context;
    const ct_convolution *c = f->conv;
    depthwise_task t = depthwise_begin(f, index, worker, true);
    int s = c->stride, taps = c->kernel * c->kernel;
    float *sums = f->engine->shared + (size_t)t.slot * taps * c->in + t.channel;
    for (int tap = 0; tap < taps; tap++) memset(sums + (size_t)tap * c->in, 0, (size_t)t.channels * sizeof(float));
    for (int half = 0; half < 2 && f->input_sums; half++)
        memset(f->input_sums + (size_t)(2 * t.slot + half) * c->in + t.channel, 0, (size_t)t.channels * sizeof(float));
    // The input's rows of this band, and the output's rows that reach them.
    int row = t.first * s, end = t.last == c->out_height ? c->height : t.last * s, next = row - t.pad;
    int low = t.first, high = t.last - 1;
    if (f->dx) {
        low = ct_max(0, -depthwise_floor(t.pad - row, s));
        high = ct_min(c->out_height - 1, depthwise_floor(end - 1 + t.pad, s));
    }
    for (int out = low; out <= high; out++) {
        depthwise_load_inner(f, &t, out);
        if (out >= t.first && out < t.last) {
            for (; next <= out * s + t.pad; next++) depthwise_load(f, &t, next);
            depthwise_weight_row(f, &t, out, sums);
        }
        if (!f->dx) continue;
        for (; row < end && ct_min(c->out_height - 1, depthwise_floor(row + t.pad, s)) <= out; row++) {
            depthwise_gradient_row(f, &t, row);
            if (f->input_sums) depthwise_input_row(f, &t, row);
        }
    }
}

static void depthwise_backward(ct_engine *engine, const ct_convolution *c, const ct_batch_norm *norm, const ct_batch_norm *input_norm,
                               const float *x, ptrdiff_t x_stride, const float *output, const float *dy, ptrdiff_t dy_stride,
                               const float *packed, float *dx, ptrdiff_t dx_stride, bool accumulate, float *dw) {
    depthwise_cut cut = depthwise_cut_of(engine, c);
    int taps = c->kernel * c->kernel, slots = c->batch * cut.bands;
    size_t weights = (size_t)slots * taps * c->in;
    depthwise_pass f = {.engine = engine,
                        .conv = c,
                        .norm = norm,
                        .input_norm = input_norm,
                        .x = x,
                        .output = output,
                        .dy = dy,
                        .packed = packed,
                        .dx = dx,
                        .x_stride = x_stride,
                        .dy_stride = dy_stride,
                        .dx_stride = dx_stride,
                        .accumulate = accumulate,
                        .cut = cut};
    ct_reserve(engine, depthwise_scratch(c, &cut, true), weights + (size_t)slots * 2 * c->in);
    if (input_norm) f.input_sums = engine->shared + weights;
    ct_run(engine, depthwise_backward_task, &f, slots * cut.groups);
    ct_depthwise_add_slots(engine, taps, c->in, slots, dw);
    if (input_norm) ct_batch_norm_finish_sums(input_norm, f.input_sums, slots);
}

CK_END
#endif
