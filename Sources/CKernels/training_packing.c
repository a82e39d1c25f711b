#include "training_internal.h"

#include <stdlib.h>

// Weights in the order in which the kernels read them, once a step.

size_t ct_convolution_packed_size(const ct_engine *engine, const ct_convolution *c, ct_direction direction) {
    if (ct_by_winograd(engine, c))
        return direction == ct_forward ? ct_winograd_packed_size(c->in, c->out) : ct_winograd_packed_size(c->out, c->in);
    int taps = c->kernel * c->kernel;
    return direction == ct_forward ? ct_gemm_packed_size(engine->vector, taps * c->in, c->out)
                                   : ct_gemm_packed_size(engine->vector, taps * c->out, c->in);
}

// (out, in, k, k) → (out, k, k, in), as gathered pixels have it.
static void channels_last(const float *w, int out, int in, int taps, float *to) {
    for (int o = 0; o < out; o++)
        for (int t = 0; t < taps; t++)
            for (int i = 0; i < in; i++) *to++ = w[((size_t)o * in + i) * taps + t];
}

// (out, in, k, k) → (in, out, k, k) turned by 180°.
static void turn(const float *w, int out, int in, int taps, float *to) {
    for (int i = 0; i < in; i++)
        for (int o = 0; o < out; o++)
            for (int t = 0; t < taps; t++) *to++ = w[((size_t)o * in + i) * taps + taps - 1 - t];
}

// Strided data gradient: one right-hand side a phase, rows (tap, out), columns in.
static void pack_phases(const ct_engine *engine, const ct_convolution *c, const float *w, float *packed) {
    int all = c->kernel * c->kernel, taps[64];
    float *selected = malloc((size_t)all * c->out * c->in * sizeof(float));
    if (!selected) abort();
    for (int phase = 0; phase < c->stride * c->stride; phase++) {
        int count = ct_phase_taps(c, phase / c->stride, phase % c->stride, taps), K = count * c->out;
        for (int i = 0; i < c->in; i++)
            for (int t = 0; t < count; t++)
                for (int o = 0; o < c->out; o++) selected[(size_t)i * K + t * c->out + o] = w[((size_t)o * c->in + i) * all + taps[t]];
        ct_gemm_pack(engine->vector, selected, K, c->in, packed);
        packed += ct_gemm_packed_size(engine->vector, K, c->in);
    }
    free(selected);
}

typedef struct {
    const ct_engine *engine;
    const ct_packing *packings;
} packing_context;

static void pack_one(void *context, int index, int worker) {
    const packing_context *p = context;
    const ct_packing *job = p->packings + index;
    ct_convolution c = job->conv;
    const float *w = job->weights;
    int taps = c.kernel * c.kernel;
    size_t count = (size_t)taps * c.in * c.out;
    if (job->direction == ct_data_gradient && c.stride > 1) {
        pack_phases(p->engine, &c, w, job->packed);
        return;
    }
    if (c.kernel == 1) {
        if (job->direction == ct_forward) ct_gemm_pack(p->engine->vector, w, c.in, c.out, job->packed);
        else ct_gemm_pack_rows(p->engine->vector, w, c.out, c.in, job->packed);
        return;
    }
    float *buffer = malloc(2 * count * sizeof(float));
    if (!buffer) abort();
    if (job->direction == ct_data_gradient) {
        turn(w, c.out, c.in, taps, buffer);
        w = buffer;
        c = ct_turned(&c);
    }
    if (ct_by_winograd(p->engine, &c)) {
        ct_winograd_pack(w, c.in, c.out, job->packed);
    } else {
        channels_last(w, c.out, c.in, taps, buffer + count);
        ct_gemm_pack(p->engine->vector, buffer + count, taps * c.in, c.out, job->packed);
    }
    free(buffer);
}

void ct_convolution_pack(ct_engine *engine, const ct_packing *packings, int count) {
    packing_context context = {engine, packings};
    ct_run(engine, pack_one, &context, count);
}
