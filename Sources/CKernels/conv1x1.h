#ifndef CK_CONV1X1_H
#define CK_CONV1X1_H

#include "CKernels.h"

static inline bool ck_is_flat(const ck_map *map) { return map->row == map->width * map->pixel; }

/// With pooling a task is a row of the pooled map; otherwise a run of pixels, over row ends where the maps allow it.
static inline int ck_conv1x1_run_length(const ck_conv *c) {
    return ck_is_flat(&c->in) && ck_is_flat(&c->out) && (!c->added.data || ck_is_flat(&c->added)) ? c->conv_height * c->conv_width
                                                                                                  : c->conv_width;
}

#endif
