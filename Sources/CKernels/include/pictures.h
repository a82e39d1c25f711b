/// Samples for training: 8-bit RGB pictures resized, and their light changed. Each call runs on its caller's thread.
#ifndef CKERNELS_PICTURES_H
#define CKERNELS_PICTURES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/// One axis of a resize: result i is the sum of `taps` source pixels from first[i] on, each by its weight.
/// `first` does not fall along rows; along columns it may run either way.
typedef struct {
    int count, taps;
    const int32_t *first;
    const float *weights;  ///< (count, taps)
} cp_axis;

/// `scratch` has room for (rows->taps + 1) · columns->count · 3 floats.
void cp_resize(const uint8_t *rgb, ptrdiff_t row_bytes, const cp_axis *columns, const cp_axis *rows, float *scratch, uint8_t *out,
               ptrdiff_t out_row_bytes);

/// The mean of each channel after `curve` (256 values).
void cp_means(const uint8_t *rgb, ptrdiff_t row_bytes, int width, int height, const float *curve, float means[3]);

/// In place, in this order: value → curve[value]; colour → matrix (3, 3) · colour + offset (3); times the row's `tints`
/// (height, 3) where not NULL; the mean of 3×3 pixels where `blurs`; normal noise of deviation `noise`. Values are 0…255.
/// `scratch` has room for 12 · width floats.
void cp_change_light(uint8_t *rgb, ptrdiff_t row_bytes, int width, int height, const float *curve, const float *matrix, const float *offset,
                     const float *tints, bool blurs, float noise, uint32_t noise_seed, float *scratch);

#endif
