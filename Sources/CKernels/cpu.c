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

const ck_vector_kernels ck_avx2_kernels = {.conv1x1 = ck_conv1x1_avx2_run,
                                           .conv_direct = ck_conv_direct_avx2_run,
                                           .winograd = ck_winograd_avx2_run,
                                           .depthwise = ck_depthwise_avx2_run,
                                           .inverted = ck_inverted_avx2_run,
                                           .classify = ck_classify_avx2_run,
                                           .softmax = ck_softmax_avx2_run};

const ck_vector_kernels ck_avx512_kernels = {.conv1x1 = ck_conv1x1_avx512_run,
                                             .conv_direct = ck_conv_direct_avx512_run,
                                             .winograd = ck_winograd_avx512_run,
                                             .depthwise = ck_depthwise_avx512_run,
                                             .inverted = ck_inverted_avx512_run,
                                             .classify = ck_classify_avx512_run,
                                             .softmax = ck_softmax_avx512_run};
