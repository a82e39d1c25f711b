#include "CKernels.h"

void ck_add_run(void *context, int y, int worker) {
    const ck_add_maps *a = context;
    for (int x = 0; x < a->out.width; x++) {
        const float *first = a->first.data + y * a->first.row + x * a->first.pixel;
        const float *second = a->second.data + y * a->second.row + x * a->second.pixel;
        float *restrict out = a->out.data + y * a->out.row + x * a->out.pixel;
        for (int c = 0; c < a->out.channels; c++) {
            float sum = first[c] + second[c];
            sum = sum > a->limits.low ? sum : a->limits.low;
            out[c] = sum < a->limits.high ? sum : a->limits.high;
        }
    }
}
