#include "training_cells.h"

#include <math.h>

// A class's errors, 0…1, are sorted into so many bins. The pixels of one bin are taken for equally large errors, evenly mixed.
enum { BINS = 1024 };

typedef struct {
    const ct_loss *loss;
    const float *weights;
    float scale, share;  // of the gradients of the cross entropy and of a class's Lovász extension
    double *partial;     // two values a chunk: the cross entropy and the Lovász extension
    uint64_t *counts;    // a worker's pixels, in 255ths, by class, own or not, and bin
    float *slopes;       // how a class's loss rises with the error of one 255th of a pixel, by class, own or not, and bin
} pass;

static size_t count_size(const ct_loss *l) { return (size_t)l->classes * 2 * BINS; }

CT_INLINE int bin_of(float error) {
    float place = error * BINS;
    return place > 0 ? place < BINS ? (int)place : BINS - 1 : 0;  // 0 where a loss is no number any more
}

// What every pixel of a cell counts, in 255ths: nothing where it is void.
static void read_counts(const ct_loss *l, int cell, const uint8_t label[16], uint8_t count[16]) {
    if (l->confidence) read_cell(l, l->confidence, cell, 0, count);
    for (int i = 0; i < 16; i++) count[i] = label[i] >= l->classes ? 0 : l->confidence ? count[i] : 255;
}

// Scores become probabilities, whose errors are counted.
static void count_task(void *context, int index, int worker) {
    const pass *f = context;
    const ct_loss *l = f->loss;
    uint64_t *counts = f->counts + (size_t)worker * count_size(l);
    double sum = 0;
    for (int cell = index * CT_CELLS; cell < ct_min(cell_count(l), (index + 1) * CT_CELLS); cell++) {
        float *z = l->logits + (size_t)cell * l->classes * 16, own[16], total[16], top[16], factor[16];
        uint8_t label[16], count[16];
        read_cell(l, l->labels, cell, 255, label);
        read_counts(l, cell, label, count);
        for (int i = 0; i < 16; i++) own[i] = label[i] < l->classes ? z[label[i] * 16 + i] : 0;
        softmax_cell(z, l->classes, total, top);
        for (int i = 0; i < 16; i++) {
            if (count[i]) sum += f->weights[label[i]] * (count[i] / 255.0f) * (logf(total[i]) - (own[i] - top[i]));
            factor[i] = 1 / total[i];
        }
        scale_cell(z, l->classes, factor);
        for (int c = 0; c < l->classes; c++)
            for (int i = 0; i < 16; i++) {
                bool mine = label[i] == c;
                float error = mine ? 1 - z[c * 16 + i] : z[c * 16 + i];
                counts[((size_t)c * 2 + mine) * BINS + bin_of(error)] += count[i];
            }
    }
    f->partial[index * 2] = sum;
}

// Probabilities become the gradient of both losses by the scores.
static void gradient_task(void *context, int index, int worker) {
    const pass *f = context;
    const ct_loss *l = f->loss;
    double sum = 0;
    for (int cell = index * CT_CELLS; cell < ct_min(cell_count(l), (index + 1) * CT_CELLS); cell++) {
        float *p = l->logits + (size_t)cell * l->classes * 16, weight[16], mean[16] = {0};
        float slope[l->classes * 16];
        uint8_t label[16], count[16];
        read_cell(l, l->labels, cell, 255, label);
        read_counts(l, cell, label, count);
        for (int c = 0; c < l->classes; c++)
            for (int i = 0; i < 16; i++) {
                bool mine = label[i] == c;
                float probability = p[c * 16 + i], error = mine ? 1 - probability : probability;
                float rise = f->slopes[((size_t)c * 2 + mine) * BINS + bin_of(error)] * count[i];
                sum += (double)rise * error;
                slope[c * 16 + i] = (mine ? -rise : rise) * f->share;
                mean[i] += slope[c * 16 + i] * probability;
            }
        for (int i = 0; i < 16; i++) weight[i] = count[i] ? f->weights[label[i]] * (count[i] / 255.0f) * f->scale : 0;
        for (int c = 0; c < l->classes; c++)
            for (int i = 0; i < 16; i++) {
                float probability = p[c * 16 + i];
                p[c * 16 + i] = weight[i] * (probability - (label[i] == c)) + probability * (slope[c * 16 + i] - mean[i]);
            }
    }
    f->partial[index * 2 + 1] = sum;
}

// The slopes of one class, and whether it has a label. From the largest errors down, the loss of intersection over union,
// 1 − (all − missed) / (all + wrong), grows from 0 to 1. A bin's pixels share in what it grows by there as its derivatives by
// `missed` and `wrong` say.
static bool find_slopes(const uint64_t *others, const uint64_t *mine, float *other_slopes, float *own_slopes) {
    double all = 0, missed = 0, wrong = 0, lost = 0;
    for (int b = 0; b < BINS; b++) all += (double)mine[b];
    for (int b = BINS - 1; b >= 0; b--) {
        double own = (double)mine[b], other = (double)others[b];
        other_slopes[b] = own_slopes[b] = 0;
        if (all == 0 || own + other == 0) continue;
        double united = all + wrong + other / 2, by_missed = 1 / united, by_wrong = (all - missed - own / 2) / (united * united);
        missed += own;
        wrong += other;
        double now = 1 - (all - missed) / (all + wrong), rise = own * by_missed + other * by_wrong;
        double exact = rise > 0 ? (now - lost) / rise : 0;
        own_slopes[b] = (float)(by_missed * exact);
        other_slopes[b] = (float)(by_wrong * exact);
        lost = now;
    }
    return all > 0;
}

double ct_cross_entropy_with_lovasz(ct_engine *engine, const ct_loss *loss, const float *class_weights, float share) {
    double weight = ct_label_weight(engine, loss, loss->classes, class_weights);
    int chunks = ct_parts(cell_count(loss), CT_CELLS);
    size_t partial = (size_t)chunks * 2 * sizeof(double), counts = count_size(loss) * (size_t)engine->threads * sizeof(uint64_t);
    ct_reserve(engine, 0, (partial + counts) / sizeof(float) + count_size(loss));
    pass f = {.loss = loss, .weights = class_weights, .scale = weight > 0 ? (float)(1 / weight) : 0};
    f.partial = (double *)engine->shared;
    f.counts = (uint64_t *)(f.partial + (size_t)chunks * 2);
    f.slopes = (float *)(f.counts + count_size(loss) * (size_t)engine->threads);
    memset(f.counts, 0, counts);
    ct_run(engine, count_task, &f, chunks);
    for (int t = 1; t < engine->threads; t++)
        for (size_t i = 0; i < count_size(loss); i++) f.counts[i] += f.counts[t * count_size(loss) + i];
    int present = 0;
    for (size_t i = 0; i < count_size(loss); i += 2 * BINS)
        present += find_slopes(f.counts + i, f.counts + i + BINS, f.slopes + i, f.slopes + i + BINS);
    f.share = present > 0 ? share / (float)present : 0;
    ct_run(engine, gradient_task, &f, chunks);
    double entropy = 0, lovasz = 0;
    for (int i = 0; i < chunks; i++) {
        entropy += f.partial[i * 2];
        lovasz += f.partial[i * 2 + 1];
    }
    return (weight > 0 ? entropy / weight : 0) + f.share * lovasz;
}
