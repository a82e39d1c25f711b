#ifndef CK_TRAINING_WINOGRAD_H
#define CK_TRAINING_WINOGRAD_H

#include "training_internal.h"

// Winograd F(4×4, 3×3): a 6×6 input tile gives 4×4 outputs with 36 products instead of 144.
// Source: Lavin and Gray, "Fast algorithms for convolutional neural networks". Forward: Y = Aᵀ[(G g Gᵀ) ⊙ (Bᵀ d B)]A;
// the weight gradient is the same bilinear form read the other way: dg = Gᵀ[Σ (Bᵀ d B) ⊙ (A dY Aᵀ)]G.
//
// The interpolation points are 0, ±√½, ±√2 and ∞: half the rounding error of the usual 0, ±1, ±2, ∞ at the same cost,
// because they keep the transforms' numbers close to one.
//
// A strip of tiles is transformed, multiplied and transformed back before the next one, so that it stays in L2:
//   V [36][tiles][in block], U [in block][36][panel][in][16], M [36][tiles][out block].
// A dilated convolution is dilation² independent ones on every dilation-th pixel; a tile belongs to one of them.
enum { POINTS = 36, TILES = 24, IN_BLOCK = 64, OUT_BLOCK = 128, PAD = 16, AHEAD = 2 };

static const float low = 0.70710678118654752f, high = 1.41421356237309505f;

#endif
