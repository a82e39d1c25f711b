#define CK_LANES 8
#define CK_RUN ck_depthwise_avx2_run
#include "depthwise_vector.h"
