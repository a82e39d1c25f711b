#define CK_LANES 16
#define CK_RUN ck_depthwise_avx512_run
#include "depthwise_vector.h"
