#ifndef CK_WINOGRAD_H
#define CK_WINOGRAD_H

#include "CKernels.h"

/// Input channels transformed and multiplied at a time.
enum { CK_K_BLOCK = 64 };

/// Floats between two points of V: not a multiple of a page, so that the points do not share cache sets.
static inline ptrdiff_t ck_v_stride(int tiles, int channels) { return (ptrdiff_t)tiles * channels + 16; }

/// Floats between two points of M.
static inline ptrdiff_t ck_m_stride(const ck_conv *c) { return (ptrdiff_t)c->block * c->out.channels + 16; }

#endif
