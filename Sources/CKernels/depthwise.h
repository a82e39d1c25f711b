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
    ptrdiff_t pixel;   ///< floats between two input pixels
    int width;         ///< input columns that exist
    int first;         ///< input column of output 0's first tap; may be negative
    int outputs;
    float *out;
    ptrdiff_t out_pixel;
} ck_depthwise_row;

/// X neighbouring outputs, a vector of channels from `c` on; taps `from` ..< `to` of every kernel row exist.
CK_INLINE void ck_depthwise_pixels(const int X, const int kernel, const int lanes, const ck_depthwise *d, const ck_depthwise_row *r,
                                   int column, int x, int c, int from, int to) {
    ck_vector acc[8], bias = ck_load(d->bias + c, lanes);
    int channels = d->in.channels;
    ptrdiff_t step = d->stride * r->pixel, tap = d->dilation * r->pixel;
#pragma clang loop unroll(full)
    for (int i = 0; i < X; i++) acc[i] = bias;
#pragma clang loop unroll(full)
    for (int ky = 0; ky < kernel; ky++) {
        if (!r->rows[ky]) continue;
        const float *in = r->rows[ky] + column * r->pixel + c, *w = d->weights + (ptrdiff_t)ky * kernel * channels + c;
        for (int kx = from; kx < to; kx++) {
            ck_vector weight = ck_load(w + (ptrdiff_t)kx * channels, lanes);
#pragma clang loop unroll(full)
            for (int i = 0; i < X; i++) acc[i] = ck_fma(ck_load(in + kx * tap + i * step, lanes), weight, acc[i]);
        }
    }
    ck_vector low = ck_set(d->limits.low), high = ck_set(d->limits.high);
    float *out = r->out + x * r->out_pixel + c;
#pragma clang loop unroll(full)
    for (int i = 0; i < X; i++) ck_store(out + i * r->out_pixel, ck_limit(acc[i], low, high), lanes);
}

CK_INLINE void ck_depthwise_channels(const int kernel, const int lanes, const ck_depthwise *d, const ck_depthwise_row *r, int c) {
    int reach = d->dilation * (kernel - 1), x = 0;
    while (x < r->outputs) {
        int column = r->first + x * d->stride;
        if (column >= 0 && column + 7 * d->stride + reach < r->width && x + 8 <= r->outputs) {
            ck_depthwise_pixels(8, kernel, lanes, d, r, column, x, c, 0, kernel);
            x += 8;
        } else if (column >= 0 && column + 3 * d->stride + reach < r->width && x + 4 <= r->outputs) {
            ck_depthwise_pixels(4, kernel, lanes, d, r, column, x, c, 0, kernel);
            x += 4;
        } else {
            int from = 0, to = kernel;
            while (from < to && column + from * d->dilation < 0) from++;
            while (to > from && column + (to - 1) * d->dilation >= r->width) to--;
            ck_depthwise_pixels(1, kernel, lanes, d, r, column, x, c, from, to);
            x++;
        }
    }
}

CK_INLINE void ck_depthwise_kernel(const int kernel, const ck_depthwise *d, const ck_depthwise_row *r) {
    int c = 0, channels = d->in.channels;
    for (; c + CK_LANES <= channels; c += CK_LANES) ck_depthwise_channels(kernel, CK_LANES, d, r, c);
    if (c < channels) ck_depthwise_channels(kernel, 8, d, r, c);
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
