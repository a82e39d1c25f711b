#define CK_LANES 8
#define CK_RUN ck_conv1x1_avx2_run
#include "conv1x1_vector.h"
