#include "CKernels.h"
#include "resize.h"

void ck_resize_run(void *context, int y, int worker) {
    const ck_pair *p = context;
    ck_position v = ck_source(y, p->out.height, p->in.height);
    const float *top = p->in.data + v.low * p->in.row, *bottom = p->in.data + v.high * p->in.row;
    for (int x = 0; x < p->out.width; x++) {
        ck_position h = ck_source(x, p->out.width, p->in.width);
        ptrdiff_t left = h.low * p->in.pixel, right = h.high * p->in.pixel;
        float *restrict out = p->out.data + y * p->out.row + x * p->out.pixel;
        for (int c = 0; c < p->out.channels; c++) {
            float t = top[left + c] + (top[right + c] - top[left + c]) * h.weight;
            float b = bottom[left + c] + (bottom[right + c] - bottom[left + c]) * h.weight;
            out[c] = t + (b - t) * v.weight;
        }
    }
}
