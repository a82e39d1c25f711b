#include "CKernels.h"

#include <math.h>

void ck_sigmoid_run(void *context, int y, int worker) {
    const ck_pair *p = context;
    for (int x = 0; x < p->out.width; x++) {
        const float *in = p->in.data + y * p->in.row + x * p->in.pixel;
        float *out = p->out.data + y * p->out.row + x * p->out.pixel;
        for (int c = 0; c < p->out.channels; c++) out[c] = 1 / (1 + expf(-in[c]));
    }
}

void ck_softmax_run(void *context, int index, int worker) {
    const ck_softmax *s = context;
    size_t first = (size_t)index * s->block, last = first + s->block < s->count ? first + s->block : s->count;
    for (size_t i = first; i < last; i++) {
        float *value = s->values + i, best = value[0], sum = 0;
        for (int c = 1; c < s->classes; c++) best = fmaxf(best, value[c * s->count]);
        for (int c = 0; c < s->classes; c++) sum += value[c * s->count] = expf(value[c * s->count] - best);
        for (int c = 0; c < s->classes; c++) value[c * s->count] /= sum;
    }
}
