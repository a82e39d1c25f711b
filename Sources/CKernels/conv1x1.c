#include "CKernels.h"
#include "conv1x1.h"
#include "vector.h"

// weights (out, in) → [panel][in][panel width]
void ck_conv1x1_pack(const float *weights, int in, int out, float *packed) {
    for (int n = 0, width; n < out; n += width) {
        width = ck_panel_width(n, out);
        for (int k = 0; k < in; k++)
            for (int j = 0; j < width; j++) *packed++ = weights[(size_t)(n + j) * in + k];
    }
}

int ck_conv1x1_tasks(const ck_conv *c) {
    if (c->pool) return c->out.height;
    int run = ck_conv1x1_run_length(c), runs = c->conv_height * c->conv_width / run;
    return runs * ((run + c->block - 1) / c->block);
}

size_t ck_conv1x1_scratch(const ck_conv *c) { return c->pool ? (size_t)2 * c->conv_width * c->out.channels : 0; }
