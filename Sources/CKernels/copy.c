#include "CKernels.h"

#include <string.h>

void ck_copy_run(void *context, int y, int worker) {
    const ck_pair *p = context;
    for (int x = 0; x < p->out.width; x++)
        memcpy(p->out.data + y * p->out.row + x * p->out.pixel, p->in.data + y * p->in.row + x * p->in.pixel,
               sizeof(float) * (size_t)p->out.channels);
}

void ck_interleave_run(void *context, int y, int worker) {
    const ck_interleave *p = context;
    ptrdiff_t plane = (ptrdiff_t)p->out.height * p->out.width;
    float *row = p->out.data + y * p->out.row;
    for (int c = 0; c < p->out.channels; c++)
        for (int x = 0; x < p->out.width; x++) row[x * p->out.pixel + c] = p->planes[c * plane + (ptrdiff_t)y * p->out.width + x];
}
