#include "CKernels.h"

typedef struct {
    int low, high;
    float weight;   // of `high`
} position;

static position source(int index, int out, int in) {
    float at = ((float)index + 0.5f) * ((float)in / (float)out) - 0.5f;
    if (at < 0) at = 0;
    int low = (int)at;
    return (position){low, low + 1 < in ? low + 1 : low, at - (float)low};
}

void ck_resize_run(void *context, int y, int worker) {
    const ck_pair *p = context;
    position v = source(y, p->out.height, p->in.height);
    const float *top = p->in.data + v.low * p->in.row, *bottom = p->in.data + v.high * p->in.row;
    for (int x = 0; x < p->out.width; x++) {
        position h = source(x, p->out.width, p->in.width);
        ptrdiff_t left = h.low * p->in.pixel, right = h.high * p->in.pixel;
        float *restrict out = p->out.data + y * p->out.row + x * p->out.pixel;
        for (int c = 0; c < p->out.channels; c++) {
            float t = top[left + c] + (top[right + c] - top[left + c]) * h.weight;
            float b = bottom[left + c] + (bottom[right + c] - bottom[left + c]) * h.weight;
            out[c] = t + (b - t) * v.weight;
        }
    }
}
