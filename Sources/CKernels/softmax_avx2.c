#define CK_LANES 8
#define CK_RUN ck_softmax_avx2_run
#include "softmax_vector.h"
