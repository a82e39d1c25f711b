#define CK_LANES 8
#define CK_RUN ck_conv_direct_avx2_run
#include "conv_direct_vector.h"
