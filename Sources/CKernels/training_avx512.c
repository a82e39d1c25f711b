#define CK_LANES 16
#define CK_TABLE ct_avx512_kernels
#include "training_winograd_vector.h"
