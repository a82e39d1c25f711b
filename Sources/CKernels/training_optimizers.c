#include "training_internal.h"

#include <math.h>

enum { CHUNK = 1 << 15 };

typedef struct {
    float *parameters, *first, *second;
    const float *gradients;
    size_t count;
    float momentum;
    ct_adam_settings adam;
    const ct_adamw_run *runs;
} pass;

CK_CLONES static void sgd(float *restrict p, const float *restrict g, float *restrict v, size_t count, float rate, float momentum,
                          float decay) {
    for (size_t i = 0; i < count; i++) {
        v[i] = momentum * v[i] + (g[i] + decay * p[i]);
        p[i] -= rate * v[i];
    }
}

static size_t chunk_count(const pass *f, int index) {
    size_t left = f->count - (size_t)index * CHUNK;
    return left < CHUNK ? left : CHUNK;
}

static void sgd_task(void *context, int index, int worker) {
    const pass *f = context;
    size_t first = (size_t)index * CHUNK;
    sgd(f->parameters + first, f->gradients + first, f->first + first, chunk_count(f, index), f->adam.rate, f->momentum, f->adam.decay);
}

void ct_sgd(ct_engine *engine, float *parameters, const float *gradients, float *velocity, size_t count, float rate, float momentum,
            float decay) {
    pass f = {.parameters = parameters,
              .first = velocity,
              .gradients = gradients,
              .count = count,
              .momentum = momentum,
              .adam = {.rate = rate, .decay = decay}};
    ct_run(engine, sgd_task, &f, (int)((count + CHUNK - 1) / CHUNK));
}

CK_CLONES static void adam(float *restrict p, const float *restrict gradient, float *restrict m, float *restrict v, size_t count,
                           const ct_adam_settings *s) {
    float rate = s->rate / (1 - powf(s->beta1, (float)s->step)), correction = 1 / sqrtf(1 - powf(s->beta2, (float)s->step));
    for (size_t i = 0; i < count; i++) {
        float g = gradient[i] + s->decay * p[i];
        m[i] = s->beta1 * m[i] + (1 - s->beta1) * g;
        v[i] = s->beta2 * v[i] + (1 - s->beta2) * g * g;
        p[i] -= rate * m[i] / (sqrtf(v[i]) * correction + s->epsilon);
    }
}

static void adam_task(void *context, int index, int worker) {
    const pass *f = context;
    size_t first = (size_t)index * CHUNK;
    adam(f->parameters + first, f->gradients + first, f->first + first, f->second + first, chunk_count(f, index), &f->adam);
}

void ct_adam(ct_engine *engine, float *parameters, const float *gradients, float *first, float *second, size_t count,
             const ct_adam_settings *settings) {
    pass f = {.parameters = parameters, .first = first, .second = second, .gradients = gradients, .count = count, .adam = *settings};
    ct_run(engine, adam_task, &f, (int)((count + CHUNK - 1) / CHUNK));
}

// Adam without its own decay after the parameters have been shrunk.
static void adamw_task(void *context, int index, int worker) {
    const pass *f = context;
    const ct_adamw_run *run = &f->runs[index];
    ct_adam_settings settings = f->adam;
    settings.rate *= run->rate;
    settings.decay = 0;
    float *p = f->parameters + run->first, kept = 1 - settings.rate * run->decay;
    if (kept != 1)
        for (size_t i = 0; i < run->count; i++) p[i] *= kept;
    adam(p, f->gradients + run->first, f->first + run->first, f->second + run->first, run->count, &settings);
}

void ct_adamw(ct_engine *engine, float *parameters, const float *gradients, float *first, float *second, const ct_adamw_run *runs,
              int run_count, const ct_adam_settings *settings) {
    pass f = {.parameters = parameters, .first = first, .second = second, .gradients = gradients, .adam = *settings, .runs = runs};
    ct_run(engine, adamw_task, &f, run_count);
}
