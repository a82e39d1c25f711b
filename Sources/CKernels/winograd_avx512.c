#define CK_LANES 16
#define CK_RUN ck_winograd_avx512_run
#include "winograd_vector.h"
