// What Swift's Glibc leaves out.
#pragma once
#include <malloc.h>
#include <linux/magic.h>
#include <sys/timex.h>
#include <sys/vfs.h>

/// Not 0 where something keeps the clock in step with another, as far as the kernel was told. Linux 2.6 or later.
static inline int camber_clock_is_synchronized(void) {
    struct timex state = {0};
    int result = adjtimex(&state);
    return result >= 0 && result != TIME_ERROR;
}

/// Not 0 where a folder is on FAT, whose files have less than 4 GB.
static inline int camber_is_on_fat(const char *folder) {
    struct statfs disk;
    return statfs(folder, &disk) == 0 && disk.f_type == MSDOS_SUPER_MAGIC;
}

/// Gives what was freed back to the kernel, where the C library can.
static inline void camber_return_free_memory(void) {
#ifdef __GLIBC__
    malloc_trim(0);
#endif
}
