#define _GNU_SOURCE
#include "CKernels.h"

#include <linux/futex.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

#if defined(__x86_64__)
#define PAUSE() __builtin_ia32_pause()
#elif defined(__aarch64__)
#define PAUSE() __asm__ volatile("yield")
#else
#define PAUSE() ((void)0)
#endif

// Within a step numbers below 1e-38 are zero: weights that training lets decay get there, and a CPU takes a hundred times as long
// for a product with one.
#if defined(__x86_64__)
#include <immintrin.h>
enum { FLUSH = 0x8040 };  // results and operands
static uint64_t floating_state(void) { return _mm_getcsr(); }
static void set_floating_state(uint64_t state) { _mm_setcsr((unsigned)state); }
#elif defined(__aarch64__)
enum { FLUSH = 1 << 24 };
static uint64_t floating_state(void) {
    uint64_t state;
    __asm__ volatile("mrs %0, fpcr" : "=r"(state));
    return state;
}
static void set_floating_state(uint64_t state) { __asm__ volatile("msr fpcr, %0" ::"r"(state)); }
#else
enum { FLUSH = 0 };
static uint64_t floating_state(void) { return 0; }
static void set_floating_state(uint64_t state) {}
#endif

// A step's end is a few microseconds away when a worker starts to wait; longer spins steal time from a busy neighbour.
enum { SPINS = 3000, MAX_STEPS = 256, MAX_PARTS = 8 };

// The gate: bits 0-7 workers inside, bit 8 open, the rest a generation, so that one word says it all to a futex.
enum { OPEN = 1u << 8, GENERATION = 1u << 9, INSIDE = OPEN - 1 };

typedef struct {
    _Alignas(64) _Atomic int value;
} counter;

// A step's tasks lie in parts, one for each worker (or a few). A worker starts with its own, so that it finds in its cache
// what it made there the step before, and then helps with the others'.
typedef struct {
    counter next[MAX_PARTS];
    _Alignas(64) _Atomic int done;
} progress;

struct ck_pool {
    _Alignas(64) _Atomic unsigned gate;
    _Alignas(64) _Atomic int sleepers;
    _Atomic bool stopping;
    const ck_step *steps;
    int step_count;
    int threads;
    pthread_t *handles;
    char name[16];
    progress progress[MAX_STEPS];
};

typedef struct {
    ck_pool *pool;
    int index;
} worker_start;

static void futex_wait(_Atomic unsigned *word, unsigned seen) { syscall(SYS_futex, word, FUTEX_WAIT_PRIVATE, seen, NULL, NULL, 0); }

static void futex_wake(_Atomic unsigned *word) { syscall(SYS_futex, word, FUTEX_WAKE_PRIVATE, 0x7fffffff, NULL, NULL, 0); }

static void wait_for(ck_pool *pool, _Atomic int *done, int count) {
    for (int spin = 0; spin < SPINS; spin++) {
        if (atomic_load_explicit(done, memory_order_acquire) == count) return;
        PAUSE();
    }
    atomic_fetch_add(&pool->sleepers, 1);
    for (int seen; (seen = atomic_load(done)) != count;) futex_wait((_Atomic unsigned *)done, (unsigned)seen);
    atomic_fetch_sub(&pool->sleepers, 1);
}

static int part_count(const ck_pool *pool) { return pool->threads < MAX_PARTS ? pool->threads : MAX_PARTS; }

static void work(ck_pool *pool, int worker) {
    uint64_t state = floating_state();
    set_floating_state(state | FLUSH);
    for (int s = 0; s < pool->step_count; s++) {
        const ck_step step = pool->steps[s];
        progress *p = &pool->progress[s];
        int finished = 0, parts = part_count(pool);
        for (int k = 0; k < parts; k++) {
            int part = (worker + k) % parts;
            int first = (int)((int64_t)step.count * part / parts), end = (int)((int64_t)step.count * (part + 1) / parts);
            for (int i; (i = first + atomic_fetch_add_explicit(&p->next[part].value, 1, memory_order_relaxed)) < end; finished++)
                step.run(step.context, i, worker);
        }
        if (finished && atomic_fetch_add(&p->done, finished) + finished == step.count) {
            if (atomic_load(&pool->sleepers)) futex_wake((_Atomic unsigned *)&p->done);
        } else {
            wait_for(pool, &p->done, step.count);
        }
    }
    set_floating_state(state);
}

static void *worker_main(void *argument) {
    worker_start start = *(worker_start *)argument;
    free(argument);
    ck_pool *pool = start.pool;
    unsigned last = atomic_load(&pool->gate) & ~(INSIDE | OPEN);
    for (;;) {
        unsigned gate = 0;
        for (int spin = 0;; spin++) {
            gate = atomic_load(&pool->gate);
            if ((gate & OPEN) && (gate & ~(INSIDE | OPEN)) != last) break;
            if (atomic_load(&pool->stopping)) return NULL;
            if (spin < SPINS) PAUSE();
            else futex_wait(&pool->gate, gate);
        }
        if (!atomic_compare_exchange_strong(&pool->gate, &gate, gate + 1)) continue;
        last = gate & ~(INSIDE | OPEN);
        work(pool, start.index);
        // The caller waits for the workers inside; one that comes too late finds the gate closed and holds nobody up.
        unsigned left = atomic_fetch_sub(&pool->gate, 1) - 1;
        if (!(left & (INSIDE | OPEN))) futex_wake(&pool->gate);
    }
}

ck_pool *ck_pool_create(int threads, const char *name) {
    if (threads < 1 || threads > 200) return NULL;
    ck_pool *pool = aligned_alloc(64, (sizeof(ck_pool) + 63) / 64 * 64);
    if (!pool) return NULL;
    memset(pool, 0, sizeof *pool);
    pool->threads = 1;
    atomic_store(&pool->gate, GENERATION);
    snprintf(pool->name, sizeof pool->name, "%s", name);
    pool->handles = calloc((size_t)threads, sizeof(pthread_t));
    for (int i = 1; pool->handles && i < threads; i++) {
        worker_start *start = malloc(sizeof *start);
        if (start) *start = (worker_start){pool, i};
        if (!start || pthread_create(&pool->handles[i], NULL, worker_main, start)) {
            free(start);
            ck_pool_destroy(pool);
            return NULL;
        }
        pthread_setname_np(pool->handles[i], pool->name);
        pool->threads++;
    }
    if (!pool->handles) {
        free(pool);
        return NULL;
    }
    return pool;
}

void ck_pool_destroy(ck_pool *pool) {
    if (!pool) return;
    atomic_store(&pool->stopping, true);
    atomic_fetch_add(&pool->gate, GENERATION);
    futex_wake(&pool->gate);
    for (int i = 1; i < pool->threads; i++) pthread_join(pool->handles[i], NULL);
    free(pool->handles);
    free(pool);
}

static void run_chunk(ck_pool *pool, const ck_step *steps, int count) {
    pool->steps = steps;
    pool->step_count = count;
    for (int s = 0; s < count; s++) {
        for (int part = 0; part < part_count(pool); part++) atomic_store_explicit(&pool->progress[s].next[part].value, 0, memory_order_relaxed);
        atomic_store_explicit(&pool->progress[s].done, 0, memory_order_relaxed);
    }
    if (pool->threads == 1) {
        work(pool, 0);
        return;
    }
    unsigned gate = atomic_load(&pool->gate);
    atomic_store(&pool->gate, ((gate & ~(INSIDE | OPEN)) + GENERATION) | OPEN);
    futex_wake(&pool->gate);
    work(pool, 0);
    gate = atomic_fetch_and(&pool->gate, ~OPEN) & ~OPEN;
    for (int spin = 0; gate & INSIDE; gate = atomic_load(&pool->gate))
        if (spin++ < SPINS) PAUSE();
        else futex_wait(&pool->gate, gate);
}

void ck_pool_run_steps(ck_pool *pool, const ck_step *steps, int count) {
    for (int first = 0; first < count; first += MAX_STEPS)
        run_chunk(pool, steps + first, count - first < MAX_STEPS ? count - first : MAX_STEPS);
}

void ck_pool_run(ck_pool *pool, ck_task run, void *context, int count) {
    ck_step step = {run, context, count};
    ck_pool_run_steps(pool, &step, 1);
}
