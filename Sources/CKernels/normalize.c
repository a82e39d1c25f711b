#include "CKernels.h"

// Pixels are taken eight at a time, so that scale and offset repeat every 24 values.
void ck_normalize_run(void *context, int y, int worker) {
    const ck_normalize *n = context;
    const uint8_t *in = n->rgb + y * n->row_bytes;
    float *out = n->out.data + y * n->out.row, scale[24], offset[24];
    for (int i = 0; i < 24; i++) scale[i] = n->scale[i % 3], offset[i] = n->offset[i % 3];
    int count = 3 * n->out.width, i = 0;
    for (; i + 24 <= count; i += 24)
        for (int j = 0; j < 24; j++) out[i + j] = (float)in[i + j] * scale[j] + offset[j];
    for (; i < count; i++) out[i] = (float)in[i] * n->scale[i % 3] + n->offset[i % 3];
}
