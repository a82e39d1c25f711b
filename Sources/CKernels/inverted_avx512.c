#define CK_LANES 16
#define CK_RUN ck_inverted_avx512_run
#include "inverted_vector.h"
