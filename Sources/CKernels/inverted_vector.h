/// Inverted residual, a block of outputs at a time; see vector.h for how it is compiled. The middle's rows stand in a ring of as many
/// rows as the depthwise kernel has, so that each is made once a block and read from the cache.
#include "depthwise.h"
#include "inverted.h"
#include "pointwise.h"

#if defined(__x86_64__)
CK_BEGIN

// Makes the middle's row y, columns `first` on; outside the map it is zero, as the depthwise convolution pads.
static void expand_row(const ck_inverted *v, int y, int first, float *ring) {
    int channels = v->depthwise.in.channels, reach = ck_inverted_reach(v);
    int from = first < 0 ? -first : 0, to = v->in.width - first < reach ? v->in.width - first : reach;
    if (from > 0) __builtin_memset(ring, 0, (size_t)from * channels * sizeof(float));
    if (to < reach) __builtin_memset(ring + (ptrdiff_t)to * channels, 0, (size_t)(reach - to) * channels * sizeof(float));
    ck_pointwise run = {.in = v->in.data + y * v->in.row + (first + from) * v->in.pixel,
                        .lda = v->in.pixel,
                        .K = v->in.channels,
                        .N = channels,
                        .weights = v->expand,
                        .bias = v->expand_bias,
                        .limits = v->expand_limits,
                        .out = ring + (ptrdiff_t)from * channels,
                        .ldc = channels};
    ck_run_pointwise(&run, to - from);
}

void CK_RUN(void *context, int index, int worker) {
    const ck_inverted *v = context;
    const ck_depthwise *d = &v->depthwise;
    int across = (v->out.width + v->columns - 1) / v->columns;
    int y0 = index / across * v->rows, x0 = index % across * v->columns;
    int y1 = y0 + v->rows < v->out.height ? y0 + v->rows : v->out.height;
    int columns = v->out.width - x0 < v->columns ? v->out.width - x0 : v->columns;
    int pad = d->kernel / 2, first = x0 * d->stride - pad, made = y0 * d->stride - pad;
    size_t ring_row = ck_inverted_ring_row(v);
    float *middle = v->scratch + worker * v->scratch_stride, *ring = middle + (ptrdiff_t)v->columns * d->in.channels;
    for (int y = y0; y < y1; y++) {
        ck_depthwise_row row = {.outputs = columns, .out = middle, .out_pixel = d->in.channels};
        if (v->expand) {
            int top = y * d->stride - pad;
            for (made = made < top ? top : made; made < top + d->kernel; made++)
                if (made >= 0 && made < v->in.height) expand_row(v, made, first, ring + (size_t)((made + pad) % d->kernel) * ring_row);
            for (int ky = 0; ky < d->kernel; ky++) {
                int source = top + ky;
                row.rows[ky] = source >= 0 && source < v->in.height ? ring + (size_t)((source + pad) % d->kernel) * ring_row : NULL;
            }
            row.pixel = d->in.channels;
            row.width = ck_inverted_reach(v);
            row.first = 0;
        } else {
            ck_depthwise_map_row(d, &v->in, y, x0, &row);
        }
        ck_run_depthwise_row(d, &row);
        ck_pointwise run = {.in = middle,
                            .lda = d->in.channels,
                            .K = d->in.channels,
                            .N = v->out.channels,
                            .weights = v->project,
                            .bias = v->project_bias,
                            .limits = v->limits,
                            .out = v->out.data + y * v->out.row + x0 * v->out.pixel,
                            .ldc = v->out.pixel,
                            .added = v->added.data ? v->added.data + y * v->added.row + x0 * v->added.pixel : NULL,
                            .ldd = v->added.pixel};
        ck_run_pointwise(&run, columns);
    }
}

CK_END
#else
void CK_RUN(void *context, int index, int worker) { __builtin_trap(); }
#endif
