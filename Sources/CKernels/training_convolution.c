#include "training_internal.h"

#include <string.h>

// Which kernel computes what: 3×3 stride 1 by Winograd where the CPU has vectors for it, everything else as matrix products over
// gathered pixels (1×1 stride 1 without gathering). A data gradient at stride 1 is a forward pass with turned weights.

enum { PIXELS = 84 };

static bool is_pointwise(const ct_convolution *c) { return c->kernel == 1 && c->stride == 1; }

// MARK: Gathering

// Pixels first..<first + count of the output: their kernel × kernel × in inputs, one row a pixel.
static void gather(const ct_convolution *c, const float *x, ptrdiff_t x_stride, int first, int count, float *rows) {
    int pad = c->dilation * (c->kernel / 2), y = first / c->out_width % c->out_height, column = first % c->out_width;
    const float *image = x + (ptrdiff_t)(first / (c->out_height * c->out_width)) * c->height * c->width * x_stride;
    size_t bytes = (size_t)c->in * sizeof(float);
    bool side_by_side = c->dilation == 1 && x_stride == c->in;  // a kernel row is one piece of memory
    for (; count > 0; count--) {
        int left = column * c->stride - pad;
        bool whole = side_by_side && left >= 0 && left + c->kernel <= c->width;
        for (int ky = 0; ky < c->kernel; ky++, rows += c->kernel * c->in) {
            int iy = y * c->stride + ky * c->dilation - pad;
            const float *row = image + (ptrdiff_t)iy * c->width * x_stride;
            if (iy < 0 || iy >= c->height) {
                memset(rows, 0, (size_t)c->kernel * bytes);
            } else if (whole) {
                memcpy(rows, row + left * x_stride, (size_t)c->kernel * bytes);
            } else {
                for (int kx = 0; kx < c->kernel; kx++) {
                    int ix = left + kx * c->dilation;
                    if (ix >= 0 && ix < c->width) memcpy(rows + kx * c->in, row + ix * x_stride, bytes);
                    else memset(rows + kx * c->in, 0, bytes);
                }
            }
        }
        if (++column < c->out_width) continue;
        column = 0;
        if (++y < c->out_height) continue;
        y = 0;
        image += (ptrdiff_t)c->height * c->width * x_stride;
    }
}

typedef struct {
    ct_engine *engine;
    const ct_convolution *conv;
    const ct_batch_norm *norm, *input_norm;
    const float *x, *dy, *packed, *bias, *output;
    float *y, *dw;
    ptrdiff_t x_stride, y_stride, dy_stride;
    bool accumulate;
    int slots;
    ct_moments moments;
    float *input_sums;
} passage;

// Channels k..<k + count of a 1×1 convolution's input; through `buffer` where it still lacks its batch norm.
static const float *inputs(const passage *f, ptrdiff_t pixel, int pixels, int k, int count, float *buffer, ptrdiff_t *stride) {
    const float *x = f->x + pixel * f->x_stride + k;
    *stride = f->input_norm ? count : f->x_stride;
    if (!f->input_norm) return x;
    ct_batch_norm_apply(f->input_norm, k, count, x, f->x_stride, (size_t)pixels, buffer, count);
    return buffer;
}

static void forward_task(void *context, int index, int worker) {
    const passage *f = context;
    const ct_convolution *c = f->conv;
    int first = index * PIXELS, count = ct_min(PIXELS, c->batch * c->out_height * c->out_width - first);
    int K = c->kernel * c->kernel * c->in;
    float *rows = f->engine->scratch + worker * f->engine->scratch_stride;
    const float *a = rows;
    ptrdiff_t lda = K;
    if (is_pointwise(c)) a = inputs(f, first, count, 0, K, rows, &lda);
    else gather(c, f->x, f->x_stride, first, count, rows);
    float *y = f->y + first * f->y_stride;
    ct_gemm(f->engine->vector, a, lda, count, K, f->packed, c->out, f->bias, y, f->y_stride, f->accumulate);
    if (f->moments.sums) ct_sum_moments(&f->moments, y, (size_t)count, f->y_stride, f->moments.sums + (size_t)index * 2 * f->moments.channels);
}

static void gathered_forward(ct_engine *engine, const ct_convolution *c, const ct_batch_norm *input_norm, const float *x, ptrdiff_t x_stride,
                             const float *packed, const float *bias, float *y, ptrdiff_t y_stride, bool accumulate, const ct_batch_norm *norm) {
    int tasks = ct_parts(c->batch * c->out_height * c->out_width, PIXELS);
    passage f = {.engine = engine,
                 .conv = c,
                 .input_norm = input_norm,
                 .x = x,
                 .packed = packed,
                 .bias = bias,
                 .y = y,
                 .x_stride = x_stride,
                 .y_stride = y_stride,
                 .accumulate = accumulate,
                 .moments = ct_moments_of(engine, norm, tasks)};
    if (!is_pointwise(c) || input_norm) ct_reserve(engine, (size_t)PIXELS * c->kernel * c->kernel * c->in, 0);
    ct_run(engine, forward_task, &f, tasks);
}

void ct_convolution_forward(ct_engine *engine, const ct_convolution *c, const ct_batch_norm *input_norm, const float *x, ptrdiff_t x_stride,
                            const float *packed, const float *bias, float *y, ptrdiff_t y_stride, const ct_batch_norm *norm) {
    if (ct_by_winograd(engine, c)) engine->vector->winograd_forward(engine, c, x, x_stride, packed, bias, y, y_stride, false, norm);
    else gathered_forward(engine, c, input_norm, x, x_stride, packed, bias, y, y_stride, false, norm);
}

// MARK: Data gradient

// A task is one row of one phase: the input pixels (row, px), (row, px + stride), …
static void strided_gradient_task(void *context, int index, int worker) {
    const passage *f = context;
    const ct_convolution *c = f->conv;
    int s = c->stride, px = index % s, row = index / s % c->height, n = index / s / c->height;
    int py = row % s, pad = c->dilation * (c->kernel / 2), taps[64], columns = (c->width - px + s - 1) / s;
    const float *packed = f->packed;
    for (int phase = 0; phase < py * s + px; phase++)
        packed += ct_gemm_packed_size(f->engine->vector, ct_phase_taps(c, phase / s, phase % s, taps) * c->out, c->in);
    int count = ct_phase_taps(c, py, px, taps);
    size_t bytes = (size_t)c->out * sizeof(float);
    float *rows = f->engine->scratch + worker * f->engine->scratch_stride, *to = rows;
    for (int j = 0; j < columns; j++)
        for (int t = 0; t < count; t++, to += c->out) {
            int oy = (row + pad - taps[t] / c->kernel * c->dilation) / s, ox = (px + j * s + pad - taps[t] % c->kernel * c->dilation) / s;
            bool inside = row + pad >= taps[t] / c->kernel * c->dilation && px + j * s + pad >= taps[t] % c->kernel * c->dilation
                          && oy < c->out_height && ox < c->out_width;
            if (inside) memcpy(to, f->x + ((ptrdiff_t)(n * c->out_height + oy) * c->out_width + ox) * f->x_stride, bytes);
            else memset(to, 0, bytes);
        }
    float *dx = f->y + ((ptrdiff_t)(n * c->height + row) * c->width + px) * f->y_stride;
    ct_gemm(f->engine->vector, rows, count * c->out, columns, count * c->out, packed, c->in, NULL, dx, s * f->y_stride, f->accumulate);
}

void ct_convolution_data_gradient(ct_engine *engine, const ct_convolution *c, const float *dy, ptrdiff_t dy_stride, const float *packed,
                                  float *dx, ptrdiff_t dx_stride, bool accumulate) {
    ct_convolution t = ct_turned(c);
    if (c->stride > 1) {
        passage f = {.engine = engine,
                     .conv = c,
                     .x = dy,
                     .packed = packed,
                     .y = dx,
                     .x_stride = dy_stride,
                     .y_stride = dx_stride,
                     .accumulate = accumulate};
        ct_reserve(engine, (size_t)ct_parts(c->width, c->stride) * c->kernel * c->kernel * c->out, 0);
        ct_run(engine, strided_gradient_task, &f, c->batch * c->height * c->stride);
    } else if (ct_by_winograd(engine, &t)) {
        engine->vector->winograd_forward(engine, &t, dy, dy_stride, packed, NULL, dx, dx_stride, accumulate, NULL);
    } else {
        gathered_forward(engine, &t, NULL, dy, dy_stride, packed, NULL, dx, dx_stride, accumulate, NULL);
    }
}

// MARK: Weight gradient

// rows × N → [panel of 16 columns][rows][16], padded with zeros: rows of 512 bytes would share a few cache sets.
static void panels(const float *from, ptrdiff_t stride, int rows, int N, float *to) {
    for (int n = 0; n < N; n += 16)
        for (int r = 0; r < rows; r++, to += 16) {
            int columns = ct_min(16, N - n);
            if (columns == 16) {
                memcpy(to, from + r * stride + n, 16 * sizeof(float));
            } else {
                memcpy(to, from + r * stride + n, (size_t)columns * sizeof(float));
                memset(to + columns, 0, (size_t)(16 - columns) * sizeof(float));
            }
        }
}

// A slot sums a fixed run of pixels into its own K × N; the slots are added up in order.
static void weight_gradient_task(void *context, int slot, int worker) {
    const passage *f = context;
    const ct_convolution *c = f->conv;
    int K = c->kernel * c->kernel * c->in, N16 = ct_round16(c->out), total = c->batch * c->out_height * c->out_width;
    int blocks = ct_parts(total, PIXELS), first = (int)((int64_t)blocks * slot / f->slots),
        last = (int)((int64_t)blocks * (slot + 1) / f->slots);
    float *sum = f->engine->shared + (size_t)slot * K * N16;
    float *gradients = f->engine->scratch + worker * f->engine->scratch_stride, *rows = gradients + (size_t)PIXELS * N16;
    for (int block = first; block < last; block++) {
        int p = block * PIXELS, count = ct_min(PIXELS, total - p);
        panels(f->dy + p * f->dy_stride, f->dy_stride, count, c->out, gradients);
        gather(c, f->x, f->x_stride, p, count, rows);
        ct_gemm_transposed(f->engine->vector, rows, K, count, K, gradients, 16, count * 16, c->out, sum, N16, block > first);
    }
}

// Adds up 16 columns of the slots' sums.
CK_CLONES static void add_slots(const float *sums, size_t slot_size, int slots, float *total) {
    for (int j = 0; j < 16; j++) total[j] = sums[j];
    for (int slot = 1; slot < slots; slot++)
        for (int j = 0; j < 16; j++) total[j] += sums[slot * slot_size + j];
}

// Rows 16 · index … of the slots' sums go to dw[·][in][tap]: together, because two threads must not share dw's cache lines.
static void weight_sum_task(void *context, int index, int worker) {
    const passage *f = context;
    const ct_convolution *c = f->conv;
    int taps = c->kernel * c->kernel, K = taps * c->in, N16 = ct_round16(c->out), first = index * 16, rows = ct_min(16, K - first);
    float totals[16][16];
    for (int n = 0; n < c->out; n += 16) {
        for (int r = 0; r < rows; r++) add_slots(f->engine->shared + (size_t)(first + r) * N16 + n, (size_t)K * N16, f->slots, totals[r]);
        for (int o = 0; o < ct_min(16, c->out - n); o++)
            for (int r = 0; r < rows; r++) {
                int k = first + r;
                f->dw[((size_t)(n + o) * c->in + k % c->in) * taps + k / c->in] = totals[r][o];
            }
    }
}

// Reserves the slots' sums and `rows` floats of scratch memory a worker.
static int reserve_slots(ct_engine *engine, const ct_convolution *c, size_t rows) {
    int K = c->kernel * c->kernel * c->in, N16 = ct_round16(c->out);
    int slots = ct_max(1, ct_min(2 * engine->threads, ct_parts(c->batch * c->out_height * c->out_width, 4 * PIXELS)));
    ct_reserve(engine, (size_t)PIXELS * N16 + rows, (size_t)slots * K * N16);
    return slots;
}

void ct_convolution_weight_gradient(ct_engine *engine, const ct_convolution *c, const float *x, ptrdiff_t x_stride, const float *dy,
                                    ptrdiff_t dy_stride, float *dw) {
    if (ct_by_winograd(engine, c)) {
        engine->vector->winograd_weight_gradient(engine, c, x, x_stride, dy, dy_stride, dw);
        return;
    }
    int K = c->kernel * c->kernel * c->in;
    passage f = {.engine = engine,
                 .conv = c,
                 .x = x,
                 .dy = dy,
                 .dw = dw,
                 .x_stride = x_stride,
                 .dy_stride = dy_stride,
                 .slots = reserve_slots(engine, c, (size_t)PIXELS * K)};
    ct_run(engine, weight_gradient_task, &f, f.slots);
    ct_run(engine, weight_sum_task, &f, ct_parts(K, 16));
}

// MARK: Backward with batch norm and activation

// The input's gradient of a 1×1 convolution's pixels, whose own gradients are `rows`; and what its batch norm sums of it.
static void pass_on(const passage *f, ptrdiff_t p, int count, const float *rows, float *input_sums, bool accumulate_sums) {
    const ct_convolution *c = f->conv;
    if (!f->packed) return;
    float *dx = f->y + p * f->y_stride;
    ct_gemm(f->engine->vector, rows, c->out, count, c->out, f->packed, c->in, NULL, dx, f->y_stride, f->accumulate);
    if (f->input_norm)
        ct_batch_norm_add_sums(f->input_norm, f->x + p * f->x_stride, dx, f->y_stride, (size_t)count, input_sums, accumulate_sums);
}

// A run of pixels of a 1×1 convolution, all of the way back while they are in the cache.
static void pointwise_backward_task(void *context, int slot, int worker) {
    const passage *f = context;
    const ct_convolution *c = f->conv;
    int N16 = ct_round16(c->out), total = c->batch * c->height * c->width;
    int blocks = ct_parts(total, PIXELS), first = (int)((int64_t)blocks * slot / f->slots),
        last = (int)((int64_t)blocks * (slot + 1) / f->slots);
    float *sum = f->engine->shared + (size_t)slot * c->in * N16;
    float *columns = f->engine->scratch + worker * f->engine->scratch_stride, *rows = columns + (size_t)PIXELS * N16;
    for (int block = first; block < last; block++) {
        ptrdiff_t p = block * PIXELS, stride;
        int count = ct_min(PIXELS, total - (int)p);
        const float *x = inputs(f, p, count, 0, c->in, rows + (size_t)PIXELS * c->out, &stride);
        ct_batch_norm_gradients(f->norm, f->output + p * c->out, f->dy + p * f->dy_stride, f->dy_stride, (size_t)count, rows);
        panels(rows, c->out, count, c->out, columns);
        ct_gemm_transposed(f->engine->vector, x, stride, count, c->in, columns, 16, count * 16, c->out, sum, N16, block > first);
        pass_on(f, p, count, rows, f->input_sums + (size_t)slot * 2 * c->in, block > first);
    }
}

// Where pixels are too few for a run each, workers share the weights instead: first every block's gradients, …
static void few_gradients_task(void *context, int block, int worker) {
    const passage *f = context;
    const ct_convolution *c = f->conv;
    ptrdiff_t p = block * PIXELS;
    int count = ct_min(PIXELS, c->batch * c->height * c->width - (int)p);
    float *rows = f->engine->scratch + worker * f->engine->scratch_stride;
    ct_batch_norm_gradients(f->norm, f->output + p * c->out, f->dy + p * f->dy_stride, f->dy_stride, (size_t)count, rows);
    panels(rows, c->out, count, c->out, f->engine->shared + p * ct_round16(c->out));
    pass_on(f, p, count, rows, f->input_sums + (size_t)block * 2 * c->in, false);
}

enum { FEW_INPUTS = 48 };

// … then the weights of FEW_INPUTS inputs.
static void few_weights_task(void *context, int index, int worker) {
    const passage *f = context;
    const ct_convolution *c = f->conv;
    int k = index * FEW_INPUTS, width = ct_min(FEW_INPUTS, c->in - k), N16 = ct_round16(c->out), total = c->batch * c->height * c->width;
    float *sum = f->engine->scratch + worker * f->engine->scratch_stride;
    for (int p = 0; p < total; p += PIXELS) {
        int count = ct_min(PIXELS, total - p);
        ptrdiff_t stride;
        const float *x = inputs(f, p, count, k, width, sum + (size_t)FEW_INPUTS * N16, &stride);
        ct_gemm_transposed(f->engine->vector, x, stride, count, width, f->engine->shared + (size_t)p * N16, 16, count * 16, c->out, sum, N16,
                           p > 0);
    }
    for (int o = 0; o < c->out; o++)
        for (int r = 0; r < width; r++) f->dw[(size_t)o * c->in + k + r] = sum[(size_t)r * N16 + o];
}

static void few_pixels_backward(passage *f, int blocks) {
    const ct_convolution *c = f->conv;
    size_t N16 = ct_round16(c->out), gradients = (size_t)blocks * PIXELS * N16;
    size_t rows = (size_t)PIXELS * c->out, weights = FEW_INPUTS * (N16 + PIXELS);
    ct_reserve(f->engine, rows > weights ? rows : weights, gradients + (size_t)blocks * 2 * c->in);
    f->input_sums = f->engine->shared + gradients;
    ct_run(f->engine, few_gradients_task, f, blocks);
    ct_run(f->engine, few_weights_task, f, ct_parts(c->in, FEW_INPUTS));
    if (f->input_norm) ct_batch_norm_finish_sums(f->input_norm, f->input_sums, blocks);
}

static void pointwise_backward(passage *f) {
    const ct_convolution *c = f->conv;
    int blocks = ct_parts(c->batch * c->height * c->width, PIXELS);
    if (blocks < 8 * f->engine->threads) {
        few_pixels_backward(f, blocks);
        return;
    }
    size_t weights = (size_t)c->in * ct_round16(c->out);
    f->slots = 2 * f->engine->threads;
    ct_reserve(f->engine, (size_t)PIXELS * (ct_round16(c->out) + c->out + c->in), (size_t)f->slots * (weights + 2 * c->in));
    f->input_sums = f->engine->shared + f->slots * weights;
    ct_run(f->engine, pointwise_backward_task, f, f->slots);
    ct_run(f->engine, weight_sum_task, f, ct_parts(c->in, 16));
    if (f->input_norm) ct_batch_norm_finish_sums(f->input_norm, f->input_sums, f->slots);
}

size_t ct_convolution_inner_size(const ct_convolution *c) {
    return is_pointwise(c) ? 0 : (size_t)c->batch * c->out_height * c->out_width * c->out;
}

void ct_convolution_backward(ct_engine *engine, const ct_convolution *c, const ct_batch_norm *norm, const ct_batch_norm *input_norm,
                             const float *x, ptrdiff_t x_stride, const float *output, const float *dy, ptrdiff_t dy_stride, const float *packed,
                             float *inner, float *dx, ptrdiff_t dx_stride, bool accumulate, float *dw) {
    if (is_pointwise(c)) {
        passage f = {.engine = engine,
                     .conv = c,
                     .norm = norm,
                     .input_norm = input_norm,
                     .x = x,
                     .output = output,
                     .dy = dy,
                     .packed = packed,
                     .y = dx,
                     .dw = dw,
                     .x_stride = x_stride,
                     .dy_stride = dy_stride,
                     .y_stride = dx_stride,
                     .accumulate = accumulate};
        pointwise_backward(&f);
        return;
    }
    ct_batch_norm_backward(engine, norm, output, dy, dy_stride, inner);
    ct_convolution_weight_gradient(engine, c, x, x_stride, inner, c->out, dw);
    if (packed) ct_convolution_data_gradient(engine, c, inner, c->out, packed, dx, dx_stride, accumulate);
}
