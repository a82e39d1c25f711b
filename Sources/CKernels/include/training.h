/// Forward and backward passes of training. Maps are NHWC; pixel p = (image · height + y) · width + x of a map starts at
/// data + p · stride, so that a layer can write a channel slice of a wider map. Every function runs on all workers of
/// its engine and returns when all are done. Sums are made of partial sums that are added in a fixed order: the same
/// engine size gives the same bits.
#ifndef CKERNELS_TRAINING_H
#define CKERNELS_TRAINING_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

typedef struct ck_pool ck_pool;

/// Workers and their scratch memory, which grows to what the largest layer needs and then stays. One caller at a time.
typedef struct ct_engine ct_engine;
/// `lanes`: 16 for AVX-512, 8 for AVX2, which the CPU must have; 0 for OpenBLAS.
/// Returns NULL where memory cannot be had. The pool must outlive the engine.
ct_engine *ct_engine_create(ck_pool *pool, int threads, int lanes);
void ct_engine_destroy(ct_engine *engine);

// MARK: Convolution

/// k×k without bias, zero padding dilation · (kernel / 2).
typedef struct {
    int batch, height, width;
    int out_height, out_width;
    int in, out;
    int kernel, stride, dilation;
} ct_convolution;

typedef enum { ct_forward, ct_data_gradient } ct_direction;

size_t ct_convolution_packed_size(const ct_engine *engine, const ct_convolution *conv, ct_direction direction);

/// One layer's weights, as PyTorch has them (out, in, k, k), and where they go in the order in which a kernel reads them.
typedef struct {
    ct_convolution conv;
    ct_direction direction;
    const float *weights;
    float *packed;
} ct_packing;
void ct_convolution_pack(ct_engine *engine, const ct_packing *packings, int count);

typedef struct ct_batch_norm ct_batch_norm;

/// y = x ∗ w (+ bias, one per output channel, where not NULL). Where `norm` is not NULL, also sums y for its
/// ct_batch_norm_forward, which has to be the engine's next call: y is still in the cache here. Where `input_norm` is not NULL, x is
/// what comes before that batch norm and its activation: the convolution, 1×1 with stride 1, applies them as it reads.
void ct_convolution_forward(ct_engine *engine, const ct_convolution *conv, const ct_batch_norm *input_norm, const float *x, ptrdiff_t x_stride,
                            const float *packed, const float *bias, float *y, ptrdiff_t y_stride, const ct_batch_norm *norm);
/// dx = or += dy ∗ wᵀ.
void ct_convolution_data_gradient(ct_engine *engine, const ct_convolution *conv, const float *dy, ptrdiff_t dy_stride, const float *packed,
                                  float *dx, ptrdiff_t dx_stride, bool accumulate);
/// dw (out, in, k, k) = xᵀ ∗ dy.
void ct_convolution_weight_gradient(ct_engine *engine, const ct_convolution *conv, const float *x, ptrdiff_t x_stride, const float *dy,
                                    ptrdiff_t dy_stride, float *dw);

// MARK: Transposed convolution 8×8, stride 4, padding 2, as a 3×3 convolution to 16 output phases

/// weights (in, classes, 8, 8) → (classes · 16, in, 3, 3); output channel class · 16 + 4 · (y mod 4) + x mod 4.
void ct_transposed_expand(const float *weights, int in, int classes, float *expanded);
/// The other way, for the gradient.
void ct_transposed_gather(const float *expanded, int in, int classes, float *weights);
/// db = Σ dy over (pixels, classes, 16).
void ct_transposed_bias_gradient(ct_engine *engine, const float *dy, int pixels, int classes, float *db);

/// db = Σ dy over pixels.
void ct_bias_gradient(ct_engine *engine, const float *dy, ptrdiff_t dy_stride, int pixels, int channels, float *db);

// MARK: Depthwise convolution: `in` = `out` channels, a multiple of 8. Its batch norm as that of a convolution.

/// (channels, 1, k, k), as PyTorch has them → (k, k, channels).
void ct_depthwise_pack(const ct_convolution *conv, const float *weights, float *packed);
/// Whether it can apply its input's batch norm itself.
bool ct_depthwise_takes_input_norm(const ct_engine *engine, const ct_convolution *conv);
/// Floats of `inner` for ct_depthwise_backward.
size_t ct_depthwise_inner_size(const ct_engine *engine, const ct_convolution *conv);
/// y (dense), and its sums for ct_batch_norm_forward, which has to be the engine's next call. `input_norm` as for a convolution.
void ct_depthwise_forward(ct_engine *engine, const ct_convolution *conv, const ct_batch_norm *input_norm, const float *x, ptrdiff_t x_stride,
                          const float *packed, float *y, const ct_batch_norm *norm);
/// What the convolution, its batch norm and activation pass back after ct_batch_norm_sums: dw (channels, 1, k, k), and
/// dx = or += the input's gradient where `dx` is not NULL. `output` is the convolution's own. Where `input_norm` is not NULL, does
/// its ct_batch_norm_sums too.
void ct_depthwise_backward(ct_engine *engine, const ct_convolution *conv, const ct_batch_norm *norm, const ct_batch_norm *input_norm,
                           const float *x, ptrdiff_t x_stride, const float *output, const float *dy, ptrdiff_t dy_stride, const float *packed,
                           float *inner, float *dx, ptrdiff_t dx_stride, bool accumulate, float *dw);

// MARK: Batch norm with batch statistics, and the activation. Channels are a multiple of 8.

/// One layer's parameters and state, `channels` values each.
struct ct_batch_norm {
    int channels;
    size_t pixels;
    float epsilon, momentum;
    float low, high;  ///< what the activation limits values to; infinite where it does not
    const float *gamma, *beta;
    float *running_mean, *running_variance;
    float *mean, *inverse_deviation;  ///< of the batch, kept for the backward pass
    float *scale, *shift;             ///< y = scale · x + shift, limited
    float *d_gamma, *d_beta;
    float *slope, *offset;  ///< dx = scale · dz + slope · x + offset, dz the gradient that the activation lets through
};

/// Batch statistics, running averages, and y from x (pixels, channels; dense), which the engine's last call made. Without y where
/// that is NULL: whoever reads x then applies the batch norm.
void ct_batch_norm_forward(ct_engine *engine, const ct_batch_norm *norm, const float *x, float *y, ptrdiff_t y_stride);
/// d_gamma, d_beta, slope and offset from dy, the gradient behind the activation.
void ct_batch_norm_sums(ct_engine *engine, const ct_batch_norm *norm, const float *x, const float *dy, ptrdiff_t dy_stride);

/// What a convolution (without bias), its batch norm and activation pass back after ct_batch_norm_sums: dw, and dx = or += the input's
/// gradient where `packed` is not NULL. `output` is the convolution's own. Where `input_norm` is not NULL, does its
/// ct_batch_norm_sums too.
void ct_convolution_backward(ct_engine *engine, const ct_convolution *conv, const ct_batch_norm *norm, const ct_batch_norm *input_norm,
                             const float *x, ptrdiff_t x_stride, const float *output, const float *dy, ptrdiff_t dy_stride, const float *packed,
                             float *inner, float *dx, ptrdiff_t dx_stride, bool accumulate, float *dw);
/// Floats of `inner` for ct_convolution_backward.
size_t ct_convolution_inner_size(const ct_convolution *conv);

// MARK: Sums. Channels are a multiple of 8.

typedef struct {
    int batch, channels;
    size_t pixels;         ///< of one image
    const float *factors;  ///< of the first input, one an image
    float low, high;       ///< as a batch norm's
} ct_sum;

/// y = factor · a + b, limited.
void ct_sum_forward(ct_engine *engine, const ct_sum *sum, const float *a, ptrdiff_t a_stride, const float *b, ptrdiff_t b_stride, float *y,
                    ptrdiff_t y_stride);
/// dx = or += dy where y lies within the limits, times the image's factor where `factored` (the first input).
void ct_sum_backward(ct_engine *engine, const ct_sum *sum, const float *y, ptrdiff_t y_stride, const float *dy, ptrdiff_t dy_stride,
                     bool factored, float *dx, ptrdiff_t dx_stride, bool accumulate);

// MARK: Resampling. Channels are a multiple of 8.

typedef struct {
    int batch, height, width, out_height, out_width, channels;
} ct_resampling;

/// 2×2, stride 2, the last odd row and column averaged over what exists.
void ct_average_pool_forward(ct_engine *engine, const ct_resampling *pool, const float *x, ptrdiff_t x_stride, float *y, ptrdiff_t y_stride);
void ct_average_pool_backward(ct_engine *engine, const ct_resampling *pool, const float *dy, ptrdiff_t dy_stride, float *dx,
                              ptrdiff_t dx_stride, bool accumulate);
/// Bilinear, corners not aligned.
void ct_resize_forward(ct_engine *engine, const ct_resampling *resize, const float *x, ptrdiff_t x_stride, float *y, ptrdiff_t y_stride);
void ct_resize_backward(ct_engine *engine, const ct_resampling *resize, const float *dy, ptrdiff_t dy_stride, float *dx, ptrdiff_t dx_stride,
                        bool accumulate);

/// The end of a network whose scores are resized to the labels' size: the first `channels` of x, any number, to logits of
/// out_height × out_width as the losses read them.
void ct_resize_logits_forward(ct_engine *engine, const ct_resampling *resize, const float *x, ptrdiff_t x_stride, float *logits);
void ct_resize_logits_backward(ct_engine *engine, const ct_resampling *resize, const float *d_logits, float *dx, ptrdiff_t dx_stride,
                               bool accumulate);
/// 3×3, stride 2, padding 1, ceil_mode. `chosen` (pixels of y, channels; dense) keeps which of the nine was the largest.
void ct_max_pool_forward(ct_engine *engine, const ct_resampling *pool, const float *x, ptrdiff_t x_stride, float *y, ptrdiff_t y_stride,
                         uint8_t *chosen);
void ct_max_pool_backward(ct_engine *engine, const ct_resampling *pool, const uint8_t *chosen, const float *dy, ptrdiff_t dy_stride, float *dx,
                          ptrdiff_t dx_stride, bool accumulate);

// MARK: Losses. Logits are (images · cell rows · cell columns, classes, 16 pixels of the 4×4 cell), as the transposed
// convolution leaves them; labels are (images, height, width). Pixels behind height and width count as void.

typedef struct {
    int batch, height, width, classes;
    float *logits;              ///< replaced by their gradient
    const uint8_t *labels;      ///< a class, or anything else for void
    const uint8_t *confidence;  ///< how much each pixel counts, in 255ths; NULL where all count fully
} ct_loss;

/// Mean of the cross entropy, weighted by the label's class weight. Returns 0 where everything is void. A pixel's confidence
/// weighs what it adds to the mean, not what the sum is divided by: pictures of little confidence teach little.
double ct_cross_entropy(ct_engine *engine, const ct_loss *loss, const float *class_weights);
/// The same plus `share` times the Lovász extension of the share that is lost of a class's intersection over union, over all pixels of
/// the batch, averaged over the classes that have a label there. Errors are told apart in 1024 steps. A pixel's confidence counts in both.
/// Source: Berman et al., "The Lovász-Softmax loss", 2018.
double ct_cross_entropy_with_lovasz(ct_engine *engine, const ct_loss *loss, const float *class_weights, float share);
/// Mean over labeled pixels, weighted likewise, of −W·(γ·right·ln a + (1 − right)·ln(1 − a)), a = sigmoid of the one logit, W and γ of the label's
/// class; `right` where `predicted` is the label.
double ct_auxiliary_loss(ct_engine *engine, const ct_loss *loss, const uint8_t *predicted, int label_classes, const float *weights,
                         const float *gammas);

// MARK: Optimisers, element by element

/// velocity = momentum · velocity + gradient + decay · parameter; parameter −= rate · velocity.
void ct_sgd(ct_engine *engine, float *parameters, const float *gradients, float *velocity, size_t count, float rate, float momentum,
            float decay);

typedef struct {
    float rate, beta1, beta2, epsilon, decay;
    int step;  ///< from 1
} ct_adam_settings;
void ct_adam(ct_engine *engine, float *parameters, const float *gradients, float *first, float *second, size_t count,
             const ct_adam_settings *settings);

/// Neighbouring parameters that share a rate, as a factor of the settings', and a decay.
typedef struct {
    size_t first, count;
    float rate, decay;
} ct_adamw_run;
/// Adam with decoupled decay: parameter −= rate · decay · parameter before Adam's step. A task is a run; the settings' decay is not used.
void ct_adamw(ct_engine *engine, float *parameters, const float *gradients, float *first, float *second, const ct_adamw_run *runs,
              int run_count, const ct_adam_settings *settings);

#endif
