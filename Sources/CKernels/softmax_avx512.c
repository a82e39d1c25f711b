#define CK_LANES 16
#define CK_RUN ck_softmax_avx512_run
#include "softmax_vector.h"
