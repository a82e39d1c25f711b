#include "training_internal.h"

#include <math.h>
#include <string.h>

// A cell is 4×4 pixels, and its 16 pixels of one class lie side by side: every loop over pixels is a loop over lanes.
enum { CELLS = 64 };

typedef struct {
    const ct_loss *loss;
    const float *weights, *gammas;
    const uint8_t *predicted;
    int label_classes;
    float scale;      // of the gradient
    double *partial;  // one value a chunk
} pass;

static int cell_count(const ct_loss *l) { return l->batch * ct_parts(l->height, 4) * ct_parts(l->width, 4); }

// The 16 values of a cell from a byte map; `outside` where the cell reaches over the edge.
static void read_cell(const ct_loss *l, const uint8_t *map, int cell, uint8_t outside, uint8_t values[16]) {
    int columns = ct_parts(l->width, 4), rows = ct_parts(l->height, 4);
    int x = cell % columns * 4, y = cell / columns % rows * 4, n = cell / columns / rows;
    for (int i = 0; i < 16; i++) {
        int py = y + i / 4, px = x + i % 4;
        values[i] = py < l->height && px < l->width ? map[((size_t)n * l->height + py) * l->width + px] : outside;
    }
}

// What the pixels of a cell count, each times its confidence.
static void weigh_by_confidence(const ct_loss *l, int cell, float weight[16]) {
    if (!l->confidence) return;
    uint8_t confidence[16];
    read_cell(l, l->confidence, cell, 0, confidence);
    for (int i = 0; i < 16; i++) weight[i] *= confidence[i] / 255.0f;  // exactly 1 for 255
}

// e^x for x ≤ 0, to 2 units in the last place.
CT_INLINE float exponential(float x) {
    x = x < -87 ? -87 : x;
    float whole = x * 1.44269504f + 12582912.0f;
    uint32_t bits;
    memcpy(&bits, &whole, 4);
    whole -= 12582912.0f;
    float r = x - whole * 0.693359375f + whole * 2.12194440e-4f;
    float y = 1.9875691500e-4f;
    y = y * r + 1.3981999507e-3f;
    y = y * r + 8.3334519073e-3f;
    y = y * r + 4.1665795894e-2f;
    y = y * r + 1.6666665459e-1f;
    y = y * r + 5.0000001201e-1f;
    y = y * r * r + r + 1;
    // Without a sign: of a loss that is no number any more, the bits can be anything.
    uint32_t power = (bits - 0x4b400000u + 127u) << 23;
    float scale;
    memcpy(&scale, &power, 4);
    return y * scale;
}

// Softmax over the classes of one cell, in place; `total` and `top` are what the loss needs of it.
CK_CLONES static void softmax_cell(float *z, int classes, float total[16], float top[16]) {
    for (int i = 0; i < 16; i++) top[i] = z[i];
    for (int c = 1; c < classes; c++)
        for (int i = 0; i < 16; i++) top[i] = z[c * 16 + i] > top[i] ? z[c * 16 + i] : top[i];
    for (int i = 0; i < 16; i++) total[i] = 0;
    for (int c = 0; c < classes; c++)
        for (int i = 0; i < 16; i++) {
            float e = exponential(z[c * 16 + i] - top[i]);
            z[c * 16 + i] = e;
            total[i] += e;
        }
}

CK_CLONES static void scale_cell(float *z, int classes, const float factor[16]) {
    for (int c = 0; c < classes; c++)
        for (int i = 0; i < 16; i++) z[c * 16 + i] *= factor[i];
}

static void cross_entropy_task(void *context, int index, int worker) {
    const pass *f = context;
    const ct_loss *l = f->loss;
    double sum = 0;
    for (int cell = index * CELLS; cell < ct_min(cell_count(l), (index + 1) * CELLS); cell++) {
        float *z = l->logits + (size_t)cell * l->classes * 16, weight[16], own[16], total[16], top[16], factor[16];
        uint8_t label[16];
        read_cell(l, l->labels, cell, 255, label);
        for (int i = 0; i < 16; i++) {
            bool known = label[i] < l->classes;
            weight[i] = known ? f->weights[label[i]] : 0;
            own[i] = known ? z[label[i] * 16 + i] : 0;
        }
        weigh_by_confidence(l, cell, weight);
        softmax_cell(z, l->classes, total, top);
        for (int i = 0; i < 16; i++) {
            if (weight[i] != 0) sum += weight[i] * (logf(total[i]) - (own[i] - top[i]));
            factor[i] = weight[i] * f->scale / total[i];
        }
        scale_cell(z, l->classes, factor);
        for (int i = 0; i < 16; i++)
            if (label[i] < l->classes) z[label[i] * 16 + i] -= weight[i] * f->scale;
    }
    f->partial[index] = sum;
}

static void label_weight_task(void *context, int index, int worker) {
    const pass *f = context;
    const ct_loss *l = f->loss;
    const uint8_t *row = l->labels + (size_t)index * l->width;
    double sum = 0;
    for (int x = 0; x < l->width; x++)
        if (row[x] < f->label_classes) sum += f->weights ? f->weights[row[x]] : 1;
    f->partial[index] = sum;
}

static double run_and_sum(ct_engine *engine, ck_task task, pass *f, int count) {
    ct_reserve(engine, 0, (size_t)count * 2);
    f->partial = (double *)engine->shared;
    ct_run(engine, task, f, count);
    double sum = 0;
    for (int i = 0; i < count; i++) sum += f->partial[i];
    return sum;
}

double ct_cross_entropy(ct_engine *engine, const ct_loss *loss, const float *class_weights) {
    pass f = {.loss = loss, .weights = class_weights, .label_classes = loss->classes};
    double weight = run_and_sum(engine, label_weight_task, &f, loss->batch * loss->height);
    f.scale = weight > 0 ? (float)(1 / weight) : 0;
    double sum = run_and_sum(engine, cross_entropy_task, &f, ct_parts(cell_count(loss), CELLS));
    return weight > 0 ? sum / weight : 0;
}

static void auxiliary_task(void *context, int index, int worker) {
    const pass *f = context;
    const ct_loss *l = f->loss;
    double sum = 0;
    for (int cell = index * CELLS; cell < ct_min(cell_count(l), (index + 1) * CELLS); cell++) {
        float *z = l->logits + (size_t)cell * 16;
        uint8_t label[16], predicted[16];
        float weights[16];
        read_cell(l, l->labels, cell, 255, label);
        read_cell(l, f->predicted, cell, 255, predicted);
        for (int i = 0; i < 16; i++) weights[i] = label[i] < f->label_classes ? f->weights[label[i]] : 0;
        weigh_by_confidence(l, cell, weights);
        for (int i = 0; i < 16; i++) {
            if (label[i] >= f->label_classes) {
                z[i] = 0;
                continue;
            }
            // −ln a = softplus(−z) and −ln(1 − a) = softplus(z), both from e^−|z|.
            float weight = weights[i], e = expf(-fabsf(z[i])), tail = log1pf(e);
            float a = z[i] >= 0 ? 1 / (1 + e) : e / (1 + e);
            if (label[i] == predicted[i]) {
                weight *= f->gammas[label[i]];
                sum += weight * (fmaxf(-z[i], 0) + tail);
                z[i] = weight * f->scale * (z[i] >= 0 ? -e / (1 + e) : -1 / (1 + e));
            } else {
                sum += weight * (fmaxf(z[i], 0) + tail);
                z[i] = weight * f->scale * a;
            }
        }
    }
    f->partial[index] = sum;
}

double ct_auxiliary_loss(ct_engine *engine, const ct_loss *loss, const uint8_t *predicted, int label_classes, const float *weights,
                         const float *gammas) {
    pass f = {.loss = loss, .predicted = predicted, .label_classes = label_classes};
    double known = run_and_sum(engine, label_weight_task, &f, loss->batch * loss->height);
    f.weights = weights;
    f.gammas = gammas;
    f.scale = known > 0 ? (float)(1 / known) : 0;
    double sum = run_and_sum(engine, auxiliary_task, &f, ct_parts(cell_count(loss), CELLS));
    return known > 0 ? sum / known : 0;
}
