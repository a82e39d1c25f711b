// The cells of scores that the losses read: 4×4 pixels, whose 16 values of one class lie side by side, so that every loop over pixels
// is a loop over lanes.
#ifndef CK_TRAINING_CELLS_H
#define CK_TRAINING_CELLS_H

#include "training_internal.h"

#include <string.h>

enum { CT_CELLS = 64 };  // of a task

/// Σ of the weights of all labels below `classes`; how many these are where `weights` is NULL.
double ct_label_weight(ct_engine *engine, const ct_loss *loss, int classes, const float *weights);

static inline int cell_count(const ct_loss *l) { return l->batch * ct_parts(l->height, 4) * ct_parts(l->width, 4); }

// The 16 values of a cell from a byte map; `outside` where the cell reaches over the edge.
static inline void read_cell(const ct_loss *l, const uint8_t *map, int cell, uint8_t outside, uint8_t values[16]) {
    int columns = ct_parts(l->width, 4), rows = ct_parts(l->height, 4);
    int x = cell % columns * 4, y = cell / columns % rows * 4, n = cell / columns / rows;
    for (int i = 0; i < 16; i++) {
        int py = y + i / 4, px = x + i % 4;
        values[i] = py < l->height && px < l->width ? map[((size_t)n * l->height + py) * l->width + px] : outside;
    }
}

// What the pixels of a cell count, each times its confidence.
static inline void weigh_by_confidence(const ct_loss *l, int cell, float weight[16]) {
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

#endif
