// MPI's handles are macros that Swift cannot see: the few calls that Camber needs, as functions that return MPI's error code.
#ifndef CMPI_H
#define CMPI_H

#include <mpi.h>

static inline int cmpi_start(int *rank, int *count) {
    int threads, error = MPI_Init_thread(NULL, NULL, MPI_THREAD_FUNNELED, &threads);
    if (!error) error = MPI_Comm_rank(MPI_COMM_WORLD, rank);
    return error ? error : MPI_Comm_size(MPI_COMM_WORLD, count);
}

/// Replaces the values by their sums over all processes.
static inline int cmpi_add_floats(float *values, int count) {
    return MPI_Allreduce(MPI_IN_PLACE, values, count, MPI_FLOAT, MPI_SUM, MPI_COMM_WORLD);
}

static inline int cmpi_add_double(double *value) { return MPI_Allreduce(MPI_IN_PLACE, value, 1, MPI_DOUBLE, MPI_SUM, MPI_COMM_WORLD); }

static inline int cmpi_wait(void) { return MPI_Barrier(MPI_COMM_WORLD); }
static inline void cmpi_end(void) { MPI_Finalize(); }

#endif
