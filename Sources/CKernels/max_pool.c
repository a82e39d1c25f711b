#include "CKernels.h"

void ck_max_pool_run(void *context, int y, int worker) {
    const ck_pair *p = context;
    for (int x = 0; x < p->out.width; x++) {
        float *restrict out = p->out.data + y * p->out.row + x * p->out.pixel;
        bool is_first = true;
        for (int iy = 2 * y - 1; iy <= 2 * y + 1; iy++)
            for (int ix = 2 * x - 1; ix <= 2 * x + 1; ix++) {
                if (iy < 0 || iy >= p->in.height || ix < 0 || ix >= p->in.width) continue;
                const float *in = p->in.data + iy * p->in.row + ix * p->in.pixel;
                for (int c = 0; c < p->out.channels; c++) out[c] = is_first || in[c] > out[c] ? in[c] : out[c];
                is_first = false;
            }
    }
}
