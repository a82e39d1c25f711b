#define CK_LANES 8
#define CK_RUN ck_inverted_avx2_run
#include "inverted_vector.h"
