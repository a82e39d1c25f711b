#include "CKernels.h"

bool ck_cpu_has_avx2(void) {
#if defined(__x86_64__)
    __builtin_cpu_init();
    return __builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma");
#else
    return false;
#endif
}

bool ck_cpu_has_avx512(void) {
#if defined(__x86_64__)
    __builtin_cpu_init();
    return ck_cpu_has_avx2() && __builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512bw") && __builtin_cpu_supports("avx512dq")
           && __builtin_cpu_supports("avx512vl");
#else
    return false;
#endif
}

#define KERNELS(set) \
    const ck_vector_kernels ck_##set##_kernels = {.conv1x1 = ck_conv1x1_##set##_run, \
                                                  .conv_direct = ck_conv_direct_##set##_run, \
                                                  .winograd = ck_winograd_##set##_run, \
                                                  .depthwise = ck_depthwise_##set##_run, \
                                                  .inverted = ck_inverted_##set##_run, \
                                                  .classify = ck_classify_##set##_run, \
                                                  .softmax = ck_softmax_##set##_run}

KERNELS(avx2);
KERNELS(avx512);
