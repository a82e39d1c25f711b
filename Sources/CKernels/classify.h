#ifndef CK_CLASSIFY_H
#define CK_CLASSIFY_H

#include "CKernels.h"

/// A tile: 5 × 5 positions with 4 × 4 output phases each.
enum { CK_POSITIONS = 25, CK_PHASES = 16, CK_PER_TILE = CK_POSITIONS * CK_PHASES };

/// Output pixel 4q + r − 2 depends on inputs q and q − 1, so q runs over one position more than the input has.
static inline int ck_classify_tiles_across(int inputs) { return (inputs + 1 + 4) / 5; }

#endif
