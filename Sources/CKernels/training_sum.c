#include "training_internal.h"

enum { CHUNK = 256 };  // pixels of one image a task

typedef struct {
    const ct_sum *sum;
    const float *a, *b, *from;
    float *to;
    ptrdiff_t a_stride, b_stride, from_stride, to_stride;
    bool factored, accumulate;
} pass;

// The pixels of a task: the first one's number in the whole batch, and how many.
CT_INLINE size_t pixels_of(const ct_sum *sum, int index, int *image, size_t *count) {
    int chunks = (int)((sum->pixels + CHUNK - 1) / CHUNK);
    size_t first = (size_t)(index % chunks) * CHUNK;
    *image = index / chunks;
    *count = sum->pixels - first < CHUNK ? sum->pixels - first : CHUNK;
    return (size_t)*image * sum->pixels + first;
}

static int task_count(const ct_sum *sum) { return sum->batch * (int)((sum->pixels + CHUNK - 1) / CHUNK); }

CK_CLONES static void add(const pass *f, size_t first, size_t count, float factor) {
    float low = f->sum->low, high = f->sum->high;
    for (size_t p = first; p < first + count; p++) {
        const float *a = f->a + (ptrdiff_t)p * f->a_stride, *b = f->b + (ptrdiff_t)p * f->b_stride;
        float *to = f->to + (ptrdiff_t)p * f->to_stride;
        for (int c = 0; c < f->sum->channels; c += 8) CT_STORE(to + c, CT_LIMITED(CT_LOAD(a + c) * factor + CT_LOAD(b + c), low, high));
    }
}

static void forward_task(void *context, int index, int worker) {
    const pass *f = context;
    size_t count;
    int image;
    size_t first = pixels_of(f->sum, index, &image, &count);
    add(f, first, count, f->sum->factors[image]);
}

void ct_sum_forward(ct_engine *engine, const ct_sum *sum, const float *a, ptrdiff_t a_stride, const float *b, ptrdiff_t b_stride, float *y,
                    ptrdiff_t y_stride) {
    pass f = {.sum = sum, .a = a, .b = b, .to = y, .a_stride = a_stride, .b_stride = b_stride, .to_stride = y_stride};
    ct_run(engine, forward_task, &f, task_count(sum));
}

CK_CLONES static void pass_back(const pass *f, size_t first, size_t count, float factor) {
    float low = f->sum->low, high = f->sum->high;
    for (size_t p = first; p < first + count; p++) {
        const float *y = f->a + (ptrdiff_t)p * f->a_stride, *from = f->from + (ptrdiff_t)p * f->from_stride;
        float *to = f->to + (ptrdiff_t)p * f->to_stride;
        for (int c = 0; c < f->sum->channels; c += 8) {
            ct_vector value = CT_LOAD(y + c);
            ct_vector d = CT_WHERE((value > low) & (value < high), CT_LOAD(from + c) * factor);
            CT_STORE(to + c, f->accumulate ? CT_LOAD(to + c) + d : d);
        }
    }
}

static void backward_task(void *context, int index, int worker) {
    const pass *f = context;
    size_t count;
    int image;
    size_t first = pixels_of(f->sum, index, &image, &count);
    pass_back(f, first, count, f->factored ? f->sum->factors[image] : 1);
}

void ct_sum_backward(ct_engine *engine, const ct_sum *sum, const float *y, ptrdiff_t y_stride, const float *dy, ptrdiff_t dy_stride,
                     bool factored, float *dx, ptrdiff_t dx_stride, bool accumulate) {
    pass f = {.sum = sum,
              .a = y,
              .from = dy,
              .to = dx,
              .a_stride = y_stride,
              .from_stride = dy_stride,
              .to_stride = dx_stride,
              .factored = factored,
              .accumulate = accumulate};
    ct_run(engine, backward_task, &f, task_count(sum));
}
