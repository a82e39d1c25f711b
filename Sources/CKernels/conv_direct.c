#include "CKernels.h"
#include "vector.h"

// weights (out, in, k, k) → [panel][ky][kx][in][panel width]
void ck_conv_direct_pack(const float *weights, int in, int out, int kernel, float *packed) {
    for (int n = 0, width; n < out; n += width) {
        width = ck_panel_width(n, out);
        for (int ky = 0; ky < kernel; ky++)
            for (int kx = 0; kx < kernel; kx++)
                for (int k = 0; k < in; k++)
                    for (int j = 0; j < width; j++) *packed++ = weights[(((size_t)(n + j) * in + k) * kernel + ky) * kernel + kx];
    }
}

int ck_conv_direct_tasks(const ck_conv *c) { return (c->conv_height + c->block - 1) / c->block; }
