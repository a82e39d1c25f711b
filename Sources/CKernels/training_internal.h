/// What the training kernels share.
#ifndef CK_TRAINING_INTERNAL_H
#define CK_TRAINING_INTERNAL_H

#include "CKernels.h"
#include "clones.h"

#define CT_INLINE static inline __attribute__((always_inline))

// Eight floats, for loops that memory sets the pace of.
typedef float ct_vector __attribute__((vector_size(32)));
typedef float ct_unaligned __attribute__((vector_size(32), aligned(4)));
typedef int32_t ct_mask __attribute__((vector_size(32)));
#define CT_LOAD(p) ((ct_vector) * (const ct_unaligned *)(p))
#define CT_STORE(p, v) (*(ct_unaligned *)(p) = (v))
#define CT_WHERE(condition, v) ((ct_vector)((ct_mask)(condition) & (ct_mask)(v)))  // v or 0

#define CT_SELECT(condition, a, b) ((ct_vector)(((condition) & (ct_mask)(a)) | (~(condition) & (ct_mask)(b))))
/// x, or the limit that it is beyond. A macro, because a function with vectors as arguments needs AVX everywhere.
#define CT_LIMITED(x, low, high) \
    ({ \
        ct_vector value = (x), least = (ct_vector){0} + (low), most = (ct_vector){0} + (high); \
        value = CT_SELECT(value > least, value, least); \
        CT_SELECT(value < most, value, most); \
    })

/// Where a forward pass leaves the moments of its output: each task's Σ (y − centre) and Σ (y − centre)², `channels` values each.
/// Sums are taken around the running mean: a mean far from zero would cost the variance its digits.
typedef struct {
    const float *centre;
    float *sums;
    int channels;
} ct_moments;

/// Reserves the sums of `tasks` tasks in the engine's shared memory. Without `norm` nothing is summed.
ct_moments ct_moments_of(ct_engine *engine, const ct_batch_norm *norm, int tasks);
/// One task's sums over pixels `stride` floats apart.
void ct_sum_moments(const ct_moments *moments, const float *x, size_t pixels, ptrdiff_t stride, float *sums);

/// y = the batch norm and activation of `channels` channels from `first` on; x and y start at that channel.
void ct_batch_norm_apply(const ct_batch_norm *norm, int first, int channels, const float *x, ptrdiff_t x_stride, size_t pixels, float *y,
                         ptrdiff_t y_stride);
/// A slot's Σ dz and Σ dz · (x − mean) over `pixels` pixels of x (dense), added to what the slot holds where `accumulate`.
void ct_batch_norm_add_sums(const ct_batch_norm *norm, const float *x, const float *dy, ptrdiff_t dy_stride, size_t pixels, float *slot,
                            bool accumulate);
/// d_gamma, d_beta, slope and offset from all slots, 2 · channels values each.
void ct_batch_norm_finish_sums(const ct_batch_norm *norm, const float *slots, int count);
/// dx (dense) of `pixels` pixels after ct_batch_norm_sums.
void ct_batch_norm_gradients(const ct_batch_norm *norm, const float *x, const float *dy, ptrdiff_t dy_stride, size_t pixels, float *dx);
/// dx of all pixels, in parallel.
void ct_batch_norm_backward(ct_engine *engine, const ct_batch_norm *norm, const float *x, const float *dy, ptrdiff_t dy_stride, float *dx);

/// The loops of one vector width. B in panels of 16 columns as ct_gemm_pack makes them.
typedef struct {
    void (*gemm)(const float *a, ptrdiff_t lda, int rows, int K, const float *b, int N, const float *bias, float *c, ptrdiff_t ldc,
                 bool accumulate);
    void (*gemm_transposed)(const float *a, ptrdiff_t lda, int rows, int K, const float *b, ptrdiff_t b_row, ptrdiff_t b_panel, int N, float *c,
                            ptrdiff_t ldc, bool accumulate);
    /// 3×3, stride 1, by F(4×4, 3×3); channels are multiples of 8.
    void (*winograd_forward)(ct_engine *engine, const ct_convolution *conv, const float *x, ptrdiff_t x_stride, const float *packed,
                             const float *bias, float *y, ptrdiff_t y_stride, bool accumulate, const ct_batch_norm *norm);
    void (*winograd_weight_gradient)(ct_engine *engine, const ct_convolution *conv, const float *x, ptrdiff_t x_stride, const float *dy,
                                     ptrdiff_t dy_stride, float *dw);
    /// 3×3 and 5×5, as ct_depthwise_….
    void (*depthwise_forward)(ct_engine *engine, const ct_convolution *conv, const ct_batch_norm *input_norm, const float *x,
                              ptrdiff_t x_stride, const float *packed, float *y, const ct_batch_norm *norm);
    void (*depthwise_backward)(ct_engine *engine, const ct_convolution *conv, const ct_batch_norm *norm, const ct_batch_norm *input_norm,
                               const float *x, ptrdiff_t x_stride, const float *output, const float *dy, ptrdiff_t dy_stride,
                               const float *packed, float *dx, ptrdiff_t dx_stride, bool accumulate, float *dw);
} ct_vector_kernels;
extern const ct_vector_kernels ct_avx2_kernels, ct_avx512_kernels;

struct ct_engine {
    ck_pool *pool;
    int threads;
    const ct_vector_kernels *vector;  // NULL for OpenBLAS
    float *scratch, *shared;
    size_t scratch_stride, shared_count;
    int moment_slots;  // in `shared`, for the next ct_batch_norm_forward
};

/// At least `count` floats of scratch memory a worker, and `shared` floats for all; both aligned to 64 bytes.
void ct_reserve(ct_engine *engine, size_t count, size_t shared);

/// Runs task 0..<count on the engine's workers.
static inline void ct_run(ct_engine *engine, ck_task task, void *context, int count) { ck_pool_run(engine->pool, task, context, count); }

static inline int ct_min(int a, int b) { return a < b ? a : b; }
static inline int ct_max(int a, int b) { return a > b ? a : b; }
static inline int ct_parts(int count, int size) { return (count + size - 1) / size; }
static inline int ct_round16(int count) { return (count + 15) / 16 * 16; }

// MARK: Convolutions (training_convolution.c, training_packing.c)

/// 3×3 with stride 1, where the CPU has vectors for it; everything else is a matrix product.
static inline bool ct_by_winograd(const ct_engine *engine, const ct_convolution *c) {
    return engine->vector && c->kernel == 3 && c->stride == 1 && c->in % 8 == 0 && c->out % 8 == 0;
}

/// The convolution whose forward pass is this one's data gradient; stride 1 only.
static inline ct_convolution ct_turned(const ct_convolution *c) {
    ct_convolution t = *c;
    t.in = c->out;
    t.out = c->in;
    return t;
}

/// The taps of a strided data gradient that reach input pixels whose coordinates leave (py, px) when divided by the stride.
static inline int ct_phase_taps(const ct_convolution *c, int py, int px, int *taps) {
    int pad = c->dilation * (c->kernel / 2), count = 0;
    for (int ky = 0; ky < c->kernel; ky++)
        for (int kx = 0; kx < c->kernel; kx++)
            if ((py + pad - ky * c->dilation) % c->stride == 0 && (px + pad - kx * c->dilation) % c->stride == 0)
                taps[count++] = ky * c->kernel + kx;
    return count;
}

// MARK: Matrix products (training_gemm_…)

/// Floats of a packed K × N right-hand side.
size_t ct_gemm_packed_size(const ct_vector_kernels *vector, int K, int N);
/// b(k, n) = weights[n · K + k] → the order in which ct_gemm reads.
void ct_gemm_pack(const ct_vector_kernels *vector, const float *weights, int K, int N, float *packed);
/// b(k, n) = rows[k · N + n] → the same.
void ct_gemm_pack_rows(const ct_vector_kernels *vector, const float *rows, int K, int N, float *packed);
/// c(rows × N) = or += a(rows × K) · b, or = a · b + bias.
void ct_gemm(const ct_vector_kernels *vector, const float *a, ptrdiff_t lda, int rows, int K, const float *b, int N, const float *bias,
             float *c, ptrdiff_t ldc, bool accumulate);
/// c(K × N) = or += aᵀ · b with a (rows × K) and b (rows × N) in panels of 16 columns: b(row, n) stands at
/// b[n / 16 · b_panel + row · b_row + n mod 16]. `ldc` and the memory behind c and b cover N rounded up to 16.
void ct_gemm_transposed(const ct_vector_kernels *vector, const float *a, ptrdiff_t lda, int rows, int K, const float *b, ptrdiff_t b_row,
                        ptrdiff_t b_panel, int N, float *c, ptrdiff_t ldc, bool accumulate);

// MARK: Depthwise convolution (training_depthwise.c)

/// dw (channels, taps) = the sum of the slots' (taps, channels), which lie in the engine's shared memory.
void ct_depthwise_add_slots(ct_engine *engine, int taps, int channels, int slots, float *dw);

// MARK: Weights for Winograd F(4×4, 3×3) (training_winograd.c)

size_t ct_winograd_packed_size(int in, int out);
void ct_winograd_pack(const float *weights, int in, int out, float *packed);

#endif
