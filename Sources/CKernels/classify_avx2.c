#define CK_LANES 8
#define CK_RUN ck_classify_avx2_run
#include "classify_vector.h"
