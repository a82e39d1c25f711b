#ifndef CK_INVERTED_H
#define CK_INVERTED_H

#include "CKernels.h"

/// Columns of the middle that a task's outputs look at.
static inline int ck_inverted_reach(const ck_inverted *v) { return (v->columns - 1) * v->depthwise.stride + v->depthwise.kernel; }

/// Floats of one row of the middle in scratch memory.
static inline size_t ck_inverted_ring_row(const ck_inverted *v) { return (size_t)ck_inverted_reach(v) * v->depthwise.in.channels + 16; }

#endif
