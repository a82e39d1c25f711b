/// Depthwise convolution; see vector.h for how it is compiled.
#include "depthwise.h"

#if defined(__x86_64__)
CK_BEGIN

void CK_RUN(void *context, int index, int worker) {
    const ck_depthwise *d = context;
    int last = (index + 1) * d->block < d->out.height ? (index + 1) * d->block : d->out.height;
    for (int y = index * d->block; y < last; y++) {
        ck_depthwise_row row = {.outputs = d->out.width, .out = d->out.data + y * d->out.row, .out_pixel = d->out.pixel};
        ck_depthwise_map_row(d, &d->in, y, 0, &row);
        ck_run_depthwise_row(d, &row);
    }
}

CK_END
#else
void CK_RUN(void *context, int index, int worker) { __builtin_trap(); }
#endif
