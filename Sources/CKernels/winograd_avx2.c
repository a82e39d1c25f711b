#define CK_LANES 8
#define CK_RUN ck_winograd_avx2_run
#include "winograd_vector.h"
