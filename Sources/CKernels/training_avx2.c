#define CK_LANES 8
#define CK_TABLE ct_avx2_kernels
#include "training_winograd_vector.h"
