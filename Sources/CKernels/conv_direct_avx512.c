#define CK_LANES 16
#define CK_RUN ck_conv_direct_avx512_run
#include "conv_direct_vector.h"
