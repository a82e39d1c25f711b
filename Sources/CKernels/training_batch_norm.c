#include "training_internal.h"

#include <math.h>

// Memory sets the pace here, so each pass touches a chunk of pixels once. A chunk's sums go to its own slot and the
// slots are added up in order.
enum { CHUNK = 256 };

typedef struct {
    const ct_batch_norm *norm;
    const float *x, *dy;
    float *y, *dx, *partial;
    ptrdiff_t stride;
} pass;

static size_t chunk_pixels(const ct_batch_norm *norm, int index) {
    size_t first = (size_t)index * CHUNK, left = norm->pixels - first;
    return left < CHUNK ? left : CHUNK;
}

ct_moments ct_moments_of(ct_engine *engine, const ct_batch_norm *norm, int tasks) {
    if (!norm) return (ct_moments){0};
    ct_reserve(engine, 0, (size_t)tasks * 2 * norm->channels);
    engine->moment_slots = tasks;
    return (ct_moments){norm->running_mean, engine->shared, norm->channels};
}

CK_CLONES void ct_sum_moments(const ct_moments *m, const float *x, size_t pixels, ptrdiff_t stride, float *sums) {
    for (int c = 0; c < m->channels; c += 8) {
        ct_vector middle = CT_LOAD(m->centre + c), first = {0}, second = {0}, first_odd = {0}, second_odd = {0};
        const float *from = x + c;
        size_t p = 0;
        for (; p + 2 <= pixels; p += 2, from += 2 * stride) {
            ct_vector a = CT_LOAD(from) - middle, b = CT_LOAD(from + stride) - middle;
            first += a;
            second += a * a;
            first_odd += b;
            second_odd += b * b;
        }
        if (p < pixels) {
            ct_vector a = CT_LOAD(from) - middle;
            first += a;
            second += a * a;
        }
        CT_STORE(sums + c, first + first_odd);
        CT_STORE(sums + m->channels + c, second + second_odd);
    }
}

CK_CLONES void ct_batch_norm_apply(const ct_batch_norm *norm, int first, int channels, const float *x, ptrdiff_t x_stride, size_t pixels,
                                   float *y, ptrdiff_t y_stride) {
    float low = norm->low, high = norm->high;
    const float *scale = norm->scale + first, *shift = norm->shift + first;
    for (size_t p = 0; p < pixels; p++, x += x_stride, y += y_stride)
        for (int c = 0; c < channels; c += 8) CT_STORE(y + c, CT_LIMITED(CT_LOAD(x + c) * CT_LOAD(scale + c) + CT_LOAD(shift + c), low, high));
}

static void normalize_task(void *context, int index, int worker) {
    const pass *f = context;
    const ct_batch_norm *norm = f->norm;
    size_t first = (size_t)index * CHUNK;
    ct_batch_norm_apply(norm, 0, norm->channels, f->x + first * norm->channels, norm->channels, chunk_pixels(norm, index),
                        f->y + (ptrdiff_t)first * f->stride, f->stride);
}

enum { SUMMED = 64 };  // channels whose slots are added up together

// Both sums of up to SUMMED channels from c on; a channel's slots in their order.
static void sum_slots(const float *slots, int count, int channels, int c, double first[SUMMED], double second[SUMMED]) {
    int width = ct_min(SUMMED, channels - c);
    for (int i = 0; i < width; i++) first[i] = second[i] = 0;
    for (int slot = 0; slot < count; slot++) {
        const float *from = slots + (size_t)slot * 2 * channels + c;
        for (int i = 0; i < width; i++) {
            first[i] += from[i];
            second[i] += from[channels + i];
        }
    }
}

static void set_statistics(const ct_batch_norm *norm, int c, double first, double second) {
    double count = (double)norm->pixels, centre = norm->running_mean[c];
    double offset = first / count, variance = fmax(0, second / count - offset * offset), mean = centre + offset;
    double inverse = 1 / sqrt(variance + norm->epsilon), unbiased = count > 1 ? variance * count / (count - 1) : variance;
    norm->mean[c] = (float)mean;
    norm->inverse_deviation[c] = (float)inverse;
    norm->scale[c] = (float)(norm->gamma[c] * inverse);
    norm->shift[c] = (float)(norm->beta[c] - mean * norm->gamma[c] * inverse);
    norm->running_mean[c] += norm->momentum * (float)(mean - norm->running_mean[c]);
    norm->running_variance[c] += norm->momentum * (float)(unbiased - norm->running_variance[c]);
}

void ct_batch_norm_forward(ct_engine *engine, const ct_batch_norm *norm, const float *x, float *y, ptrdiff_t y_stride) {
    double first[SUMMED], second[SUMMED];
    for (int c = 0; c < norm->channels; c++) {
        if (c % SUMMED == 0) sum_slots(engine->shared, engine->moment_slots, norm->channels, c, first, second);
        set_statistics(norm, c, first[c % SUMMED], second[c % SUMMED]);
    }
    if (!y) return;
    pass f = {.norm = norm, .x = x, .y = y, .stride = y_stride};
    ct_run(engine, normalize_task, &f, (int)((norm->pixels + CHUNK - 1) / CHUNK));
}

// Σ dz and Σ dz · (x − mean) of `vectors` times 8 channels, with dz = dy where the activation let the value through.
CT_INLINE void gradient_sums_of(const int vectors, const float *x, const float *dy, ptrdiff_t stride, size_t pixels, const ct_batch_norm *norm,
                                int c, float *sums, bool accumulate) {
    ct_vector scale[2], shift[2], mean[2], first[2] = {{0}}, second[2] = {{0}};
    float low = norm->low, high = norm->high;
    for (int i = 0; i < vectors; i++) {
        scale[i] = CT_LOAD(norm->scale + c + 8 * i);
        shift[i] = CT_LOAD(norm->shift + c + 8 * i);
        mean[i] = CT_LOAD(norm->mean + c + 8 * i);
        if (!accumulate) continue;
        first[i] = CT_LOAD(sums + c + 8 * i);
        second[i] = CT_LOAD(sums + norm->channels + c + 8 * i);
    }
    for (size_t p = 0; p < pixels; p++)
        for (int i = 0; i < vectors; i++) {
            ct_vector value = CT_LOAD(x + p * norm->channels + c + 8 * i);
            ct_vector normal = value * scale[i] + shift[i];
            ct_vector dz = CT_WHERE((normal > low) & (normal < high), CT_LOAD(dy + (ptrdiff_t)p * stride + c + 8 * i));
            first[i] += dz;
            second[i] += dz * (value - mean[i]);
        }
    for (int i = 0; i < vectors; i++) {
        CT_STORE(sums + c + 8 * i, first[i]);
        CT_STORE(sums + norm->channels + c + 8 * i, second[i]);
    }
}

// A cache line, 16 channels, at a time.
CK_CLONES void ct_batch_norm_add_sums(const ct_batch_norm *norm, const float *x, const float *dy, ptrdiff_t stride, size_t pixels, float *slot,
                                      bool accumulate) {
    int c = 0;
    for (; c + 16 <= norm->channels; c += 16) gradient_sums_of(2, x, dy, stride, pixels, norm, c, slot, accumulate);
    if (c < norm->channels) gradient_sums_of(1, x, dy, stride, pixels, norm, c, slot, accumulate);
}

static void gradient_sums_task(void *context, int index, int worker) {
    const pass *f = context;
    size_t first = (size_t)index * CHUNK;
    ct_batch_norm_add_sums(f->norm, f->x + first * f->norm->channels, f->dy + (ptrdiff_t)first * f->stride, f->stride,
                           chunk_pixels(f->norm, index), f->partial + (size_t)index * 2 * f->norm->channels, false);
}

void ct_batch_norm_finish_sums(const ct_batch_norm *norm, const float *slots, int count) {
    double first[SUMMED], second[SUMMED], pixels = (double)norm->pixels;
    for (int c = 0; c < norm->channels; c++) {
        if (c % SUMMED == 0) sum_slots(slots, count, norm->channels, c, first, second);
        double dz = first[c % SUMMED], dzx = second[c % SUMMED], inverse = norm->inverse_deviation[c], scale = norm->scale[c];
        double slope = -scale * inverse * inverse * dzx / pixels;
        norm->d_beta[c] = (float)dz;
        norm->d_gamma[c] = (float)(dzx * inverse);
        norm->slope[c] = (float)slope;
        norm->offset[c] = (float)(-scale * dz / pixels - slope * norm->mean[c]);
    }
}

void ct_batch_norm_sums(ct_engine *engine, const ct_batch_norm *norm, const float *x, const float *dy, ptrdiff_t dy_stride) {
    int chunks = (int)((norm->pixels + CHUNK - 1) / CHUNK);
    ct_reserve(engine, 0, (size_t)chunks * 2 * norm->channels);
    pass f = {.norm = norm, .x = x, .dy = dy, .partial = engine->shared, .stride = dy_stride};
    ct_run(engine, gradient_sums_task, &f, chunks);
    ct_batch_norm_finish_sums(norm, f.partial, chunks);
}

CK_CLONES void ct_batch_norm_gradients(const ct_batch_norm *norm, const float *x, const float *dy, ptrdiff_t dy_stride, size_t pixels,
                                       float *dx) {
    int channels = norm->channels;
    float low = norm->low, high = norm->high;
    for (size_t p = 0; p < pixels; p++, x += channels, dx += channels, dy += dy_stride)
        for (int c = 0; c < channels; c += 8) {
            ct_vector value = CT_LOAD(x + c), scale = CT_LOAD(norm->scale + c), normal = value * scale + CT_LOAD(norm->shift + c);
            ct_vector dz = CT_WHERE((normal > low) & (normal < high), CT_LOAD(dy + c));
            CT_STORE(dx + c, scale * dz + (CT_LOAD(norm->slope + c) * value + CT_LOAD(norm->offset + c)));
        }
}

static void gradients_task(void *context, int index, int worker) {
    const pass *f = context;
    size_t first = (size_t)index * CHUNK, channels = (size_t)f->norm->channels;
    ct_batch_norm_gradients(f->norm, f->x + first * channels, f->dy + (ptrdiff_t)first * f->stride, f->stride, chunk_pixels(f->norm, index),
                            f->dx + first * channels);
}

void ct_batch_norm_backward(ct_engine *engine, const ct_batch_norm *norm, const float *x, const float *dy, ptrdiff_t dy_stride, float *dx) {
    pass f = {.norm = norm, .x = x, .dy = dy, .dx = dx, .stride = dy_stride};
    ct_run(engine, gradients_task, &f, (int)((norm->pixels + CHUNK - 1) / CHUNK));
}
