#include "CKernels.h"

#include <cblas.h>
#include <string.h>

// A task is `block` output rows: im2col of the strip, one matrix product, then bias and ReLU.
int ck_conv_portable_tasks(const ck_conv *c) { return (c->conv_height + c->block - 1) / c->block; }

size_t ck_conv_portable_scratch(const ck_conv *c) {
    size_t pixels = (size_t)c->block * c->conv_width;
    return pixels * ((size_t)c->in.channels * c->kernel * c->kernel + c->out.channels);
}

// columns: [in][ky][kx][pixel], as the weights' rows are ordered
static void gather(const ck_conv *c, int first, int last, float *columns) {
    int pad = c->dilation * (c->kernel / 2);
    for (int k = 0; k < c->in.channels; k++)
        for (int ky = 0; ky < c->kernel; ky++)
            for (int kx = 0; kx < c->kernel; kx++)
                for (int oy = first; oy < last; oy++) {
                    int y = oy * c->stride + ky * c->dilation - pad;
                    bool inside = y >= 0 && y < c->in.height;
                    for (int ox = 0; ox < c->conv_width; ox++) {
                        int x = ox * c->stride + kx * c->dilation - pad;
                        *columns++ = inside && x >= 0 && x < c->in.width ? c->in.data[y * c->in.row + x * c->in.pixel + k] : 0;
                    }
                }
}

void ck_conv_portable_run(void *context, int index, int worker) {
    const ck_conv *c = context;
    int first = index * c->block, last = first + c->block < c->conv_height ? first + c->block : c->conv_height;
    int pixels = (last - first) * c->conv_width, K = c->in.channels * c->kernel * c->kernel, N = c->out.channels;
    float *columns = c->scratch + worker * c->scratch_stride, *result = columns + (ptrdiff_t)c->block * c->conv_width * K;
    gather(c, first, last, columns);
    cblas_sgemm(CblasRowMajor, CblasTrans, CblasTrans, pixels, N, K, 1, columns, pixels, c->weights, K, 0, result, N);
    for (int p = 0; p < pixels; p++) {
        float *out = c->out.data + (first + p / c->conv_width) * c->out.row + p % c->conv_width * c->out.pixel;
        for (int n = 0; n < N; n++) {
            float value = result[(ptrdiff_t)p * N + n] + c->bias[n];
            out[n] = value > 0 ? value : 0;
        }
    }
}
