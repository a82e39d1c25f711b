#include "CKernels.h"
#include "avx2.h"

// weights (out, in, k, k) → [panel][ky][kx][in][panel width]
void ck_conv_direct_pack(const float *weights, int in, int out, int kernel, float *packed) {
    for (int n = 0, width; n < out; n += width) {
        width = ck_panel_width(n, out);
        for (int ky = 0; ky < kernel; ky++)
            for (int kx = 0; kx < kernel; kx++)
                for (int k = 0; k < in; k++)
                    for (int j = 0; j < width; j++)
                        *packed++ = weights[(((size_t)(n + j) * in + k) * kernel + ky) * kernel + kx];
    }
}

int ck_conv_direct_tasks(const ck_conv *c) { return (c->conv_height + c->block - 1) / c->block; }

#if defined(__x86_64__)
CK_AVX2_BEGIN

/// MR neighbouring output pixels by one panel. A kernel row is one contiguous segment of the input where pixels lie
/// side by side, else one segment a tap.
CK_INLINE void block(const int MR, const int NV, const ck_conv *c, const float *in, const float *panel, const float *bias,
                     float *out) {
    __m256 acc[12];
#pragma clang loop unroll(full)
    for (int i = 0; i < MR; i++)
#pragma clang loop unroll(full)
        for (int v = 0; v < NV; v++) acc[i * NV + v] = _mm256_loadu_ps(bias + 8 * v);
    int contiguous = c->dilation == 1 && c->in.pixel == c->in.channels;
    int segments = contiguous ? 1 : c->kernel, length = contiguous ? c->kernel * c->in.channels : c->in.channels;
    ptrdiff_t lda = c->stride * c->in.pixel;
    for (int ky = 0; ky < c->kernel; ky++)
        for (int s = 0; s < segments; s++, panel += (ptrdiff_t)length * 8 * NV)
            ck_multiply(MR, NV, in + ky * c->dilation * c->in.row + s * c->dilation * c->in.pixel, lda, panel, length, acc);
#pragma clang loop unroll(full)
    for (int i = 0; i < MR; i++)
#pragma clang loop unroll(full)
        for (int v = 0; v < NV; v++) _mm256_storeu_ps(out + i * c->out.pixel + 8 * v, ck_relu(acc[i * NV + v]));
}

CK_INLINE void output_row(const int NV, const ck_conv *c, const float *in, const float *panel, const float *bias,
                          float *out) {
    ptrdiff_t step = c->stride * c->in.pixel;
    int x = 0;
    for (; x + 6 <= c->conv_width; x += 6) block(6, NV, c, in + x * step, panel, bias, out + x * c->out.pixel);
    for (; x < c->conv_width; x++) block(1, NV, c, in + x * step, panel, bias, out + x * c->out.pixel);
}

void ck_conv_direct_avx2_run(void *context, int index, int worker) {
    const ck_conv *c = context;
    int N = c->out.channels, pad = c->dilation * (c->kernel / 2);
    int last = (index + 1) * c->block < c->conv_height ? (index + 1) * c->block : c->conv_height;
    ptrdiff_t K = (ptrdiff_t)c->in.channels * c->kernel * c->kernel;
    for (int y = index * c->block; y < last; y++) {
        const float *in = c->in.data + (y * c->stride - pad) * c->in.row - pad * c->in.pixel;
        const float *panel = c->weights;
        for (int n = 0, width; n < N; n += width, panel += K * width) {
            float *out = c->out.data + y * c->out.row + n;
            width = ck_panel_width(n, N);
            if (width == 16) output_row(2, c, in, panel, c->bias + n, out);
            else output_row(1, c, in, panel, c->bias + n, out);
        }
    }
}

CK_AVX2_END
#else
void ck_conv_direct_avx2_run(void *context, int index, int worker) { __builtin_trap(); }
#endif
