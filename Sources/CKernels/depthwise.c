#include "CKernels.h"

void ck_depthwise_pack(const float *weights, int channels, int kernel, float *packed) {
    for (int tap = 0; tap < kernel * kernel; tap++)
        for (int c = 0; c < channels; c++) *packed++ = weights[(size_t)c * kernel * kernel + tap];
}

int ck_depthwise_tasks(const ck_depthwise *d) { return (d->out.height + d->block - 1) / d->block; }

static void output_row(const ck_depthwise *d, int row, float *out) {
    int channels = d->in.channels, pad = d->dilation * (d->kernel / 2);
    for (int column = 0; column < d->out.width; column++, out += d->out.pixel) {
        for (int c = 0; c < channels; c++) out[c] = d->bias[c];
        for (int ky = 0; ky < d->kernel; ky++)
            for (int kx = 0; kx < d->kernel; kx++) {
                int y = row * d->stride + ky * d->dilation - pad, x = column * d->stride + kx * d->dilation - pad;
                if (y < 0 || y >= d->in.height || x < 0 || x >= d->in.width) continue;
                const float *in = d->in.data + y * d->in.row + x * d->in.pixel;
                const float *w = d->weights + (ptrdiff_t)(ky * d->kernel + kx) * channels;
                for (int c = 0; c < channels; c++) out[c] += in[c] * w[c];
            }
        for (int c = 0; c < channels; c++) out[c] = out[c] < d->limits.low ? d->limits.low : out[c] > d->limits.high ? d->limits.high : out[c];
    }
}

void ck_depthwise_portable_run(void *context, int index, int worker) {
    const ck_depthwise *d = context;
    int last = (index + 1) * d->block < d->out.height ? (index + 1) * d->block : d->out.height;
    for (int y = index * d->block; y < last; y++) output_row(d, y, d->out.data + y * d->out.row);
}
