/// Class scores to class probabilities; see vector.h for how it is compiled.
#include "CKernels.h"
#include "vector.h"

#if defined(__x86_64__)
CK_BEGIN

// Planes lie a multiple of the page apart at common sizes, so that all classes of a pixel share cache sets: a cache line
// of every plane is gathered once, worked on, and written back once.
enum { LINE = 16, MOST_CLASSES = 256, VECTORS = LINE / CK_LANES };

void CK_RUN(void *context, int index, int worker) {
    const ck_softmax *s = context;
    size_t first = (size_t)index * s->block, last = first + s->block < s->count ? first + s->block : s->count;
    float local[MOST_CLASSES * LINE] __attribute__((aligned(64)));
    for (size_t i = first; i < last; i += LINE) {
        size_t pixels = last - i < LINE ? last - i : LINE;
        ck_vector best[VECTORS], sum[VECTORS];
        for (int h = 0; h < VECTORS; h++) best[h] = ck_set(-3e38f), sum[h] = ck_zero();
        for (int c = 0; c < s->classes; c++) {
            for (size_t p = 0; p < LINE; p++) local[c * LINE + p] = p < pixels ? s->values[c * s->count + i + p] : 0;
            for (int h = 0; h < VECTORS; h++) best[h] = ck_max(best[h], ck_load(local + c * LINE + CK_LANES * h, CK_LANES));
        }
        for (int c = 0; c < s->classes; c++)
            for (int h = 0; h < VECTORS; h++) {
                float *value = local + c * LINE + CK_LANES * h;
                ck_vector e = ck_exponential(ck_sub(ck_load(value, CK_LANES), best[h]));
                sum[h] = ck_add(sum[h], e);
                ck_store(value, e, CK_LANES);
            }
        for (int h = 0; h < VECTORS; h++) sum[h] = ck_div(ck_set(1), sum[h]);
        for (int c = 0; c < s->classes; c++) {
            for (int h = 0; h < VECTORS; h++) {
                float *value = local + c * LINE + CK_LANES * h;
                ck_store(value, ck_mul(ck_load(value, CK_LANES), sum[h]), CK_LANES);
            }
            for (size_t p = 0; p < pixels; p++) s->values[c * s->count + i + p] = local[c * LINE + p];
        }
    }
}

CK_END
#else
void CK_RUN(void *context, int index, int worker) { __builtin_trap(); }
#endif
