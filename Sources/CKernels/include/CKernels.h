/// The hot loops. Maps are NHWC with explicit strides, so that a layer can write a channel slice of a wider map.
/// Every `…_run` computes one task of a step; tasks of one step are independent and run on any worker.
#ifndef CKERNELS_H
#define CKERNELS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "pictures.h"
#include "training.h"

// MARK: CPU

/// Whether this CPU (and its operating system) runs AVX2 and FMA.
bool ck_cpu_has_avx2(void);
/// Whether this CPU (and its operating system) runs AVX-512 F, BW, DQ and VL.
bool ck_cpu_has_avx512(void);

// MARK: Worker pool

/// Computes task `index` of `context` on worker `worker` (0 is the calling thread).
typedef void (*ck_task)(void *context, int index, int worker);

/// Independent tasks 0..<count; a step starts when the step before it is complete.
typedef struct {
    ck_task run;
    void *context;
    int count;
} ck_step;

typedef struct ck_pool ck_pool;

/// `threads` counts the calling thread. Returns NULL where threads or memory cannot be had.
ck_pool *ck_pool_create(int threads, const char *name);
void ck_pool_destroy(ck_pool *pool);
/// Runs steps one after the other, each one's tasks spread over the workers; returns when all are done. One caller at a time.
void ck_pool_run_steps(ck_pool *pool, const ck_step *steps, int count);
/// One step: a parallel loop.
void ck_pool_run(ck_pool *pool, ck_task run, void *context, int count);

// MARK: Maps

/// A feature map: element (y, x, c) stands at data[y * row + x * pixel + c].
typedef struct {
    float *data;
    int height, width, channels;
    ptrdiff_t row, pixel;
} ck_map;

// MARK: Convolution with bias and activation

/// What results are limited to: max(0, x) is {0, INFINITY}.
typedef struct {
    float low, high;
} ck_limits;

typedef struct {
    ck_map in, out;  ///< `out` is the pooled map where `pool` is set
    ck_limits limits;
    ck_map added;          ///< 1×1 only: added before the limits; no data where nothing is
    const float *weights;  ///< packed by the matching `…_pack`
    const float *bias;     ///< one per output channel
    int kernel, stride, dilation;
    bool pool;                    ///< 2×2 average pooling follows, as in ck_average_pool_run
    int conv_height, conv_width;  ///< size before pooling
    int block;                    ///< pixels (1×1), rows (direct, portable) or tiles (Winograd) a task
    const int32_t *tiles;         ///< Winograd: (y, x) of each tile's first output
    int tile_count;
    int tile;            ///< Winograd: outputs along a tile's edge, 4 or 6
    const float *zeros;  ///< Winograd: one zero per input channel
    float *scratch;      ///< `scratch_stride` floats a worker
    ptrdiff_t scratch_stride;
} ck_conv;

/// 1×1, stride 1. Output channels a multiple of 8.
void ck_conv1x1_pack(const float *weights, int in, int out, float *packed);
int ck_conv1x1_tasks(const ck_conv *conv);
size_t ck_conv1x1_scratch(const ck_conv *conv);
void ck_conv1x1_avx2_run(void *conv, int index, int worker);
void ck_conv1x1_avx512_run(void *conv, int index, int worker);

/// k×k, any stride and dilation, straight from the input, which must have a zero border of dilation · (kernel / 2)
/// pixels around it. Output channels a multiple of 8.
void ck_conv_direct_pack(const float *weights, int in, int out, int kernel, float *packed);
int ck_conv_direct_tasks(const ck_conv *conv);
void ck_conv_direct_avx2_run(void *conv, int index, int worker);
void ck_conv_direct_avx512_run(void *conv, int index, int worker);

/// 3×3, stride 1, any dilation, by Winograd F(4×4, 3×3) or F(6×6, 3×3), fused strip-wise.
/// Channels in and out a multiple of 8.
void ck_winograd_pack(const float *weights, int in, int out, int tile, float *packed);
/// Number of tiles of a map; with `tiles` not NULL also writes their (y, x).
int ck_winograd_tiles(int height, int width, int dilation, int tile, int32_t *tiles);
int ck_winograd_tasks(const ck_conv *conv);
size_t ck_winograd_scratch(const ck_conv *conv);
void ck_winograd_avx2_run(void *conv, int index, int worker);
void ck_winograd_avx512_run(void *conv, int index, int worker);

// MARK: Depthwise convolution with bias and activation

typedef struct {
    ck_map in, out;
    const float *weights;  ///< [ky][kx][channel], see ck_depthwise_pack
    const float *bias;     ///< one per channel
    int kernel, stride, dilation;
    ck_limits limits;
    int block;  ///< rows a task
} ck_depthwise;

/// weights (channels, 1, k, k) → [ky][kx][channel].
void ck_depthwise_pack(const float *weights, int channels, int kernel, float *packed);
int ck_depthwise_tasks(const ck_depthwise *depthwise);
/// Kernel at most CK_DEPTHWISE_KERNEL. Channels a multiple of 8.
void ck_depthwise_avx2_run(void *depthwise, int index, int worker);
void ck_depthwise_avx512_run(void *depthwise, int index, int worker);
/// Any kernel, any number of channels.
void ck_depthwise_portable_run(void *depthwise, int index, int worker);
enum { CK_DEPTHWISE_KERNEL = 7 };

// MARK: Inverted residual: 1×1 up, depthwise, 1×1 down, and what is added; the wide middle stays in the cache

typedef struct {
    ck_map in, out;
    const float *expand, *expand_bias;  ///< packed for 1×1; NULL where `in` is the middle
    ck_limits expand_limits;
    ck_depthwise depthwise;               ///< its maps are not read, `in.channels` excepted: the middle's channels
    const float *project, *project_bias;  ///< packed for 1×1
    ck_limits limits;
    ck_map added;       ///< no data where nothing is added
    int rows, columns;  ///< of the output a task
    float *scratch;     ///< `scratch_stride` floats a worker
    ptrdiff_t scratch_stride;
} ck_inverted;

/// Channels in, out and between a multiple of 8.
int ck_inverted_tasks(const ck_inverted *inverted);
size_t ck_inverted_scratch(const ck_inverted *inverted);
void ck_inverted_avx2_run(void *inverted, int index, int worker);
void ck_inverted_avx512_run(void *inverted, int index, int worker);

// MARK: Sum of two maps of one shape. A task is a row.

typedef struct {
    ck_map first, second, out;
    ck_limits limits;
} ck_add_maps;
void ck_add_run(void *add, int index, int worker);

// MARK: Any convolution by im2col and OpenBLAS

void ck_conv_portable_pack(const float *weights, int in, int out, int kernel, float *packed);
int ck_conv_portable_tasks(const ck_conv *conv);
size_t ck_conv_portable_scratch(const ck_conv *conv);
void ck_conv_portable_run(void *conv, int index, int worker);

// MARK: Classification: transposed convolution 8×8, stride 4, padding 2, with bias, cropped

typedef struct {
    ck_map in;
    int classes;
    int height, width;  ///< of the result
    const float *weights;
    const float *bias;         ///< one per class
    uint8_t *class_map;        ///< height × width, or NULL
    uint8_t *top_probability;  ///< height × width, 0…255, or NULL
    float *scores;             ///< classes × height × width, or NULL
    int block;                 ///< tiles or, portable, classes a task
    const float *zeros;
    float *scratch;
    ptrdiff_t scratch_stride;
} ck_classify;

/// By Winograd F(5×5, 2×2) over the 16 output phases. Input channels a multiple of 8.
size_t ck_classify_packed_size(int in, int classes);
void ck_classify_pack(const float *weights, int in, int classes, float *packed);
int ck_classify_tasks(const ck_classify *classify);
size_t ck_classify_scratch(const ck_classify *classify);
void ck_classify_avx2_run(void *classify, int index, int worker);
void ck_classify_avx512_run(void *classify, int index, int worker);

/// By OpenBLAS and overlap-add; weights as PyTorch has them; writes `scores` only. A task is a class.
size_t ck_classify_portable_scratch(const ck_classify *classify);
void ck_classify_portable_run(void *classify, int index, int worker);
/// Class map and top probability from `scores`. A task is a row.
void ck_top_class_run(void *classify, int index, int worker);

/// The other end of a network: `in` holds the classes, which are resized to height × width. No weights. A task is a row.
size_t ck_classify_resized_scratch(const ck_classify *classify);
void ck_classify_resized_run(void *classify, int index, int worker);

// MARK: The rest; a task is a row of the output

typedef struct {
    const uint8_t *rgb;
    ptrdiff_t row_bytes;
    ck_map out;                 ///< 3 channels
    float scale[3], offset[3];  ///< out = byte · scale + offset
} ck_normalize;
void ck_normalize_run(void *normalize, int index, int worker);

typedef struct {
    const float *planes;  ///< channels × height × width
    ck_map out;
} ck_interleave;
/// Planes to NHWC.
void ck_interleave_run(void *interleave, int index, int worker);

typedef struct {
    ck_map in, out;
} ck_pair;
/// 2×2, stride 2, ceil_mode, padding not counted.
void ck_average_pool_run(void *pair, int index, int worker);
/// 3×3, stride 2, padding 1, ceil_mode.
void ck_max_pool_run(void *pair, int index, int worker);
/// Bilinear, corners not aligned.
void ck_resize_run(void *pair, int index, int worker);
void ck_copy_run(void *pair, int index, int worker);
void ck_sigmoid_run(void *pair, int index, int worker);

typedef struct {
    float *values;  ///< classes × count
    int classes;
    size_t count;  ///< pixels
    int block;     ///< pixels a task
} ck_softmax;
/// Class scores to class probabilities, in place. A task is `block` pixels.
void ck_softmax_avx2_run(void *softmax, int index, int worker);
void ck_softmax_avx512_run(void *softmax, int index, int worker);
void ck_softmax_run(void *softmax, int index, int worker);

// MARK: Kernels by vector width

/// The same source compiled for one kind of vector; packed weights fit all of them.
typedef struct {
    ck_task conv1x1, conv_direct, winograd, depthwise, inverted, classify, softmax;
} ck_vector_kernels;
extern const ck_vector_kernels ck_avx2_kernels, ck_avx512_kernels;

#endif
