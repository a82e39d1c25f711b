#include "training_winograd.h"

size_t ct_winograd_packed_size(int in, int out) { return (size_t)POINTS * in * ct_round16(out); }

// One 3×3 kernel after the other becomes a column of 36, 16 output channels at a time.
CK_CLONES static void pack_panel(const float *weights, int in, int k, int columns, float *to, ptrdiff_t point_stride) {
    float g[9][16], t[18][16];
    for (int tap = 0; tap < 9; tap++)
        for (int j = 0; j < 16; j++) g[tap][j] = j < columns ? weights[((size_t)j * in + k) * 9 + tap] : 0;
    for (int x = 0; x < 3; x++)
        for (int j = 0; j < 16; j++) {
            float a = g[x][j], b = g[3 + x][j], c = g[6 + x][j];
            float low_even = (2 * a + c) / -3, low_odd = b * low * 2 / -3, high_even = (a + 2 * c) / 6, high_odd = b * high / 6;
            t[x][j] = a;
            t[3 + x][j] = low_even + low_odd;
            t[6 + x][j] = low_even - low_odd;
            t[9 + x][j] = high_even + high_odd;
            t[12 + x][j] = high_even - high_odd;
            t[15 + x][j] = c;
        }
    for (int y = 0; y < 6; y++, to += 6 * point_stride)
        for (int j = 0; j < 16; j++) {
            float a = t[3 * y][j], b = t[3 * y + 1][j], c = t[3 * y + 2][j];
            float low_even = (2 * a + c) / -3, low_odd = b * low * 2 / -3, high_even = (a + 2 * c) / 6, high_odd = b * high / 6;
            to[j] = a;
            to[point_stride + j] = low_even + low_odd;
            to[2 * point_stride + j] = low_even - low_odd;
            to[3 * point_stride + j] = high_even + high_odd;
            to[4 * point_stride + j] = high_even - high_odd;
            to[5 * point_stride + j] = c;
        }
}

void ct_winograd_pack(const float *weights, int in, int out, float *packed) {
    int N16 = ct_round16(out);
    for (int kb = 0; kb < in; kb += IN_BLOCK) {
        int depth = ct_min(IN_BLOCK, in - kb);
        for (int n = 0; n < N16; n += 16)
            for (int k = 0; k < depth; k++)
                pack_panel(weights + (size_t)n * in * 9, in, kb + k, ct_min(16, out - n), packed + (size_t)n * depth + k * 16,
                           (ptrdiff_t)depth * N16);
        packed += (size_t)POINTS * depth * N16;
    }
}
