#include "training_internal.h"

#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>

ct_engine *ct_engine_create(ck_pool *pool, int threads, int lanes) {
    ct_engine *engine = calloc(1, sizeof *engine);
    if (!engine) return NULL;
    *engine = (ct_engine){.pool = pool, .threads = threads, .vector = lanes == 16 ? &ct_avx512_kernels : lanes == 8 ? &ct_avx2_kernels : NULL};
    return engine;
}

void ct_engine_destroy(ct_engine *engine) {
    if (!engine) return;
    free(engine->scratch);
    free(engine->shared);
    free(engine);
}

// Large pieces get huge pages where the system has them: the transforms write 36 streams at once.
static float *grow(float *old, size_t count) {
    free(old);
    size_t bytes = count * sizeof(float), page = bytes < 1 << 20 ? 64 : 2 << 20;
    bytes = (bytes + page - 1) / page * page;
    float *memory = aligned_alloc(page, bytes);
    if (!memory) abort();
    if (page > 64) madvise(memory, bytes, MADV_HUGEPAGE);
    memset(memory, 0, bytes);
    return memory;
}

void ct_reserve(ct_engine *engine, size_t count, size_t shared) {
    count = (count + 15) / 16 * 16 + 64;
    if (count > engine->scratch_stride) {
        engine->scratch_stride = count;
        engine->scratch = grow(engine->scratch, count * (size_t)engine->threads);
    }
    if (shared > engine->shared_count) {
        engine->shared_count = shared;
        engine->shared = grow(engine->shared, shared);
    }
}
