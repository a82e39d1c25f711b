#include "training_cells.h"

#include <math.h>

typedef struct {
    const ct_loss *loss;
    const float *weights, *gammas;
    const uint8_t *predicted;
    int label_classes;
    float scale;      // of the gradient
    double *partial;  // one value a chunk
} pass;

static void cross_entropy_task(void *context, int index, int worker) {
    const pass *f = context;
    const ct_loss *l = f->loss;
    double sum = 0;
    for (int cell = index * CT_CELLS; cell < ct_min(cell_count(l), (index + 1) * CT_CELLS); cell++) {
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

double ct_label_weight(ct_engine *engine, const ct_loss *loss, int classes, const float *weights) {
    pass f = {.loss = loss, .weights = weights, .label_classes = classes};
    return run_and_sum(engine, label_weight_task, &f, loss->batch * loss->height);
}

double ct_cross_entropy(ct_engine *engine, const ct_loss *loss, const float *class_weights) {
    pass f = {.loss = loss, .weights = class_weights};
    double weight = ct_label_weight(engine, loss, loss->classes, class_weights);
    f.scale = weight > 0 ? (float)(1 / weight) : 0;
    double sum = run_and_sum(engine, cross_entropy_task, &f, ct_parts(cell_count(loss), CT_CELLS));
    return weight > 0 ? sum / weight : 0;
}

static void auxiliary_task(void *context, int index, int worker) {
    const pass *f = context;
    const ct_loss *l = f->loss;
    double sum = 0;
    for (int cell = index * CT_CELLS; cell < ct_min(cell_count(l), (index + 1) * CT_CELLS); cell++) {
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
    double known = ct_label_weight(engine, loss, label_classes, NULL);
    f.weights = weights;
    f.gammas = gammas;
    f.scale = known > 0 ? (float)(1 / known) : 0;
    double sum = run_and_sum(engine, auxiliary_task, &f, ct_parts(cell_count(loss), CT_CELLS));
    return known > 0 ? sum / known : 0;
}
