#include "CKernels.h"
#include "avx2.h"

#if defined(__x86_64__)
CK_AVX2_BEGIN

// Planes lie a multiple of the page apart at common sizes, so that all classes of a pixel share cache sets: a cache line
// of every plane is gathered once, worked on, and written back once.
enum { LINE = 16, MOST_CLASSES = 256 };

void ck_softmax_avx2_run(void *context, int index, int worker) {
    const ck_softmax *s = context;
    size_t first = (size_t)index * s->block, last = first + s->block < s->count ? first + s->block : s->count;
    float local[MOST_CLASSES * LINE] __attribute__((aligned(64)));
    for (size_t i = first; i < last; i += LINE) {
        size_t pixels = last - i < LINE ? last - i : LINE;
        __m256 best[2] = {_mm256_set1_ps(-3e38f), _mm256_set1_ps(-3e38f)}, sum[2] = {_mm256_setzero_ps(), _mm256_setzero_ps()};
        for (int c = 0; c < s->classes; c++) {
            for (size_t p = 0; p < LINE; p++) local[c * LINE + p] = p < pixels ? s->values[c * s->count + i + p] : 0;
            for (int h = 0; h < 2; h++) best[h] = _mm256_max_ps(best[h], _mm256_load_ps(local + c * LINE + 8 * h));
        }
        for (int c = 0; c < s->classes; c++)
            for (int h = 0; h < 2; h++) {
                float *value = local + c * LINE + 8 * h;
                __m256 e = ck_exponential(_mm256_sub_ps(_mm256_load_ps(value), best[h]));
                sum[h] = _mm256_add_ps(sum[h], e);
                _mm256_store_ps(value, e);
            }
        for (int h = 0; h < 2; h++) sum[h] = _mm256_div_ps(_mm256_set1_ps(1), sum[h]);
        for (int c = 0; c < s->classes; c++) {
            for (int h = 0; h < 2; h++) {
                float *value = local + c * LINE + 8 * h;
                _mm256_store_ps(value, _mm256_mul_ps(_mm256_load_ps(value), sum[h]));
            }
            for (size_t p = 0; p < pixels; p++) s->values[c * s->count + i + p] = local[c * LINE + p];
        }
    }
}

CK_AVX2_END
#else
void ck_softmax_avx2_run(void *context, int index, int worker) { __builtin_trap(); }
#endif
