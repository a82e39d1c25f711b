#define CK_LANES 16
#define CK_RUN ck_conv1x1_avx512_run
#include "conv1x1_vector.h"
