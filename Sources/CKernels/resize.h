/// Where a bilinear resize, corners not aligned, reads.
#ifndef CK_RESIZE_H
#define CK_RESIZE_H

typedef struct {
    int low, high;
    float weight;  // of `high`
} ck_position;

static inline ck_position ck_source(int index, int out, int in) {
    float at = ((float)index + 0.5f) * ((float)in / (float)out) - 0.5f;
    if (at < 0) at = 0;
    int low = (int)at;
    if (low > in - 1) low = in - 1;
    return (ck_position){low, low + 1 < in ? low + 1 : low, at - (float)low};
}

#endif
