/// Rows of a depthwise convolution; see vector.h for how it is compiled.
#ifndef CK_DEPTHWISE_H
#define CK_DEPTHWISE_H

#include "CKernels.h"
#include "vector.h"

#if defined(__x86_64__)
CK_BEGIN

/// One row of outputs. rows[ky] points at input column 0, or is NULL where the row lies outside the map.
typedef struct {
    const float *rows[CK_DEPTHWISE_KERNEL];
    ptrdiff_t pixel;  ///< floats between two input pixels
    int width;        ///< input columns that exist
    int first;        ///< input column of output 0's first tap; may be negative
    int outputs;
    float *out;
    ptrdiff_t out_pixel;
} ck_depthwise_row;

/// The first `outputs` of X neighbouring outputs from `x` on.
CK_INLINE void ck_depthwise_store(const int X, const int lanes, const ck_depthwise *d, const ck_depthwise_row *r, const ck_vector *acc, int x,
                                  int c, int outputs) {
    ck_vector low = ck_set(d->limits.low), high = ck_set(d->limits.high);
    float *out = r->out + x * r->out_pixel + c;
#pragma clang loop unroll(full)
    for (int i = 0; i < X; i++)
        if (i < outputs) ck_store(out + i * r->out_pixel, ck_limit(acc[i], low, high), lanes);
}

/// X neighbouring outputs from `x` on, a vector of channels from `c` on, of any stride and dilation; taps `from` ..< `to` of every kernel
/// row exist.
CK_INLINE void ck_depthwise_pixels(const int X, const int kernel, const int lanes, const ck_depthwise *d, const ck_depthwise_row *r, int x,
                                   int c, int from, int to) {
    ck_vector acc[8], bias = ck_load(d->bias + c, lanes);
    int channels = d->in.channels;
    ptrdiff_t column = r->first + (ptrdiff_t)x * d->stride, step = d->stride * r->pixel, tap = d->dilation * r->pixel;
#pragma clang loop unroll(full)
    for (int i = 0; i < X; i++) acc[i] = bias;
    for (int ky = 0; ky < kernel; ky++) {
        if (!r->rows[ky]) continue;
        const float *in = r->rows[ky] + column * r->pixel + c, *w = d->weights + (ptrdiff_t)ky * kernel * channels + c;
        for (int kx = from; kx < to; kx++) {
            ck_vector weight = ck_load(w + (ptrdiff_t)kx * channels, lanes);
#pragma clang loop unroll(full)
            for (int i = 0; i < X; i++) acc[i] = ck_fma(ck_load(in + kx * tap + i * step, lanes), weight, acc[i]);
        }
    }
    ck_depthwise_store(X, lanes, d, r, acc, x, c, X);
}

CK_INLINE void ck_depthwise_channels(const int kernel, const int lanes, const ck_depthwise *d, const ck_depthwise_row *r, int c) {
    int reach = d->dilation * (kernel - 1), x = 0;
    while (x < r->outputs) {
        int column = r->first + x * d->stride;
        if (column >= 0 && column + 7 * d->stride + reach < r->width && x + 8 <= r->outputs) {
            ck_depthwise_pixels(8, kernel, lanes, d, r, x, c, 0, kernel);
            x += 8;
        } else {
            int from = 0, to = kernel;
            while (from < to && column + from * d->dilation < 0) from++;
            while (to > from && column + (to - 1) * d->dilation >= r->width) to--;
            ck_depthwise_pixels(1, kernel, lanes, d, r, x, c, from, to);
            x++;
        }
    }
}

/// As ck_depthwise_pixels, without dilation: each input is loaded once a kernel row, for all outputs that look at it. At an edge some
/// inputs or outputs do not exist.
CK_INLINE void ck_depthwise_tile(const int X, const int kernel, const int stride, const int lanes, const int edge, const ck_depthwise *d,
                                 const ck_depthwise_row *r, int x, int c) {
    ck_vector acc[8], bias = ck_load(d->bias + c, lanes);
    int channels = d->in.channels, inputs = (X - 1) * stride + kernel, column = r->first + x * stride;
    int from = column < 0 ? -column : 0, to = r->width - column;
#pragma clang loop unroll(full)
    for (int i = 0; i < X; i++) acc[i] = bias;
#pragma clang loop unroll(disable)
    for (int ky = 0; ky < kernel; ky++) {
        if (!r->rows[ky]) continue;
        const float *in = r->rows[ky] + column * r->pixel + c, *w = d->weights + (ptrdiff_t)ky * kernel * channels + c;
        ck_vector weights[5];
#pragma clang loop unroll(full)
        for (int kx = 0; kx < kernel; kx++) weights[kx] = ck_load(w + (ptrdiff_t)kx * channels, lanes);
#pragma clang loop unroll(full)
        for (int j = 0; j < inputs; j++) {
            if (edge && (j < from || j >= to)) continue;
            ck_vector input = ck_load(in + j * r->pixel, lanes);
#pragma clang loop unroll(full)
            for (int i = 0; i < X; i++)
                if (j >= i * stride && j < i * stride + kernel) acc[i] = ck_fma(input, weights[j - i * stride], acc[i]);
        }
    }
    ck_depthwise_store(X, lanes, d, r, acc, x, c, edge ? r->outputs - x : X);
}

CK_INLINE void ck_depthwise_tiles(const int kernel, const int stride, const int lanes, const ck_depthwise *d, const ck_depthwise_row *r,
                                  int c) {
    for (int x = 0; x < r->outputs; x += 8) {
        int column = r->first + x * stride;
        if (column >= 0 && column + 7 * stride + kernel <= r->width && x + 8 <= r->outputs)
            ck_depthwise_tile(8, kernel, stride, lanes, 0, d, r, x, c);
        else if (r->outputs - x > 4) ck_depthwise_tile(8, kernel, stride, lanes, 1, d, r, x, c);
        else ck_depthwise_tile(4, kernel, stride, lanes, 1, d, r, x, c);
    }
}

CK_INLINE void ck_depthwise_lanes(const int kernel, const int lanes, const ck_depthwise *d, const ck_depthwise_row *r, int c) {
    const int tiled = kernel == 3 || kernel == 5;
    if (tiled && d->dilation == 1 && d->stride == 1) ck_depthwise_tiles(kernel, 1, lanes, d, r, c);
    else if (tiled && d->dilation == 1 && d->stride == 2) ck_depthwise_tiles(kernel, 2, lanes, d, r, c);
    else ck_depthwise_channels(kernel, lanes, d, r, c);
}

CK_INLINE void ck_depthwise_kernel(const int kernel, const ck_depthwise *d, const ck_depthwise_row *r) {
    int c = 0, channels = d->in.channels;
    for (; c + CK_LANES <= channels; c += CK_LANES) ck_depthwise_lanes(kernel, CK_LANES, d, r, c);
    if (c < channels) ck_depthwise_lanes(kernel, 8, d, r, c);
}

static void ck_run_depthwise_row(const ck_depthwise *d, const ck_depthwise_row *r) {
    switch (d->kernel) {
        case 1: ck_depthwise_kernel(1, d, r); break;
        case 3: ck_depthwise_kernel(3, d, r); break;
        case 5: ck_depthwise_kernel(5, d, r); break;
        default: ck_depthwise_kernel(7, d, r); break;
    }
}

/// Input rows of output row y straight from a map.
static void ck_depthwise_map_row(const ck_depthwise *d, const ck_map *in, int y, int first_column, ck_depthwise_row *r) {
    int pad = d->dilation * (d->kernel / 2);
    for (int ky = 0; ky < d->kernel; ky++) {
        int row = y * d->stride + ky * d->dilation - pad;
        r->rows[ky] = row >= 0 && row < in->height ? in->data + row * in->row : NULL;
    }
    r->pixel = in->pixel;
    r->width = in->width;
    r->first = first_column * d->stride - pad;
}

CK_END
#endif
#endif
