#define CK_LANES 16
#define CK_RUN ck_classify_avx512_run
#include "classify_vector.h"
