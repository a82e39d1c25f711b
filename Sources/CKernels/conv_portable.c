#include "CKernels.h"

#include <cblas.h>
#include <string.h>

// weights (out, in, k, k) → [ky][kx][in][out]
void ck_conv_portable_pack(const float *weights, int in, int out, int kernel, float *packed) {
    int taps = kernel * kernel;
    for (int tap = 0; tap < taps; tap++)
        for (int k = 0; k < in; k++)
            for (int n = 0; n < out; n++) *packed++ = weights[((size_t)n * in + k) * taps + tap];
}

// A task is `block` output rows: im2col of a strip, one matrix product, then bias and activation.
int ck_conv_portable_tasks(const ck_conv *c) { return (c->conv_height + c->block - 1) / c->block; }

static bool is_pointwise(const ck_conv *c) { return c->kernel == 1 && c->stride == 1; }

size_t ck_conv_portable_scratch(const ck_conv *c) {
    return is_pointwise(c) ? 0 : (size_t)c->conv_width * c->in.channels * c->kernel * c->kernel;
}

// One output row's patches: [pixel][ky][kx][in], zero outside the map.
static void gather(const ck_conv *c, int row, float *patches) {
    int pad = c->dilation * (c->kernel / 2);
    size_t bytes = (size_t)c->in.channels * sizeof(float);
    for (int column = 0; column < c->conv_width; column++)
        for (int ky = 0; ky < c->kernel; ky++)
            for (int kx = 0; kx < c->kernel; kx++, patches += c->in.channels) {
                int y = row * c->stride + ky * c->dilation - pad, x = column * c->stride + kx * c->dilation - pad;
                if (y < 0 || y >= c->in.height || x < 0 || x >= c->in.width) memset(patches, 0, bytes);
                else memcpy(patches, c->in.data + y * c->in.row + x * c->in.pixel, bytes);
            }
}

void ck_conv_portable_run(void *context, int index, int worker) {
    const ck_conv *c = context;
    int first = index * c->block, last = first + c->block < c->conv_height ? first + c->block : c->conv_height;
    int K = c->in.channels * c->kernel * c->kernel, N = c->out.channels;
    float *patches = c->scratch + worker * c->scratch_stride;
    for (int y = first; y < last; y++) {
        const float *A = patches;
        int lda = K;
        if (is_pointwise(c)) A = c->in.data + y * c->in.row, lda = (int)c->in.pixel;
        else gather(c, y, patches);
        float *out = c->out.data + y * c->out.row;
        cblas_sgemm(CblasRowMajor, CblasNoTrans, CblasNoTrans, c->conv_width, N, K, 1, A, lda, c->weights, N, 0, out, (int)c->out.pixel);
        for (int x = 0; x < c->conv_width; x++, out += c->out.pixel)
            for (int n = 0; n < N; n++) {
                float value = out[n] + c->bias[n];
                out[n] = value < c->limits.low ? c->limits.low : value > c->limits.high ? c->limits.high : value;
            }
    }
}
