// Tells ThreadSanitizer what the slow paths of Swift's Mutex do. They are in a library that is not instrumented, so that each handover to a
// thread that waits would look like a race. scripts/sanitize.sh preloads it.
#define _GNU_SOURCE
#include <dlfcn.h>
#include <stdint.h>
#include <stdlib.h>

// Weak: programs around the tests have no sanitizer in them.
__attribute__((weak)) void __tsan_acquire(void *address);
__attribute__((weak)) void __tsan_release(void *address);

#define LOCK "$s15Synchronization12_MutexHandleV9_lockSlowyys6UInt32VF"
#define TRY_LOCK "$s15Synchronization12_MutexHandleV12_tryLockSlowSbyF"
#define UNLOCK "$s15Synchronization12_MutexHandleV11_unlockSlowyyF"
#define SWIFT __attribute__((swiftcall))
#define SELF __attribute__((swift_context))

static void *next(const char *symbol) {
    void *found = dlsym(RTLD_NEXT, symbol);
    if (!found) abort();
    return found;
}

SWIFT void lock_slow(uint32_t thread, SELF void *self) __asm__(LOCK);
SWIFT void lock_slow(uint32_t thread, SELF void *self) {
    SWIFT void (*real)(uint32_t, SELF void *) = next(LOCK);
    real(thread, self);
    if (__tsan_acquire) __tsan_acquire(self);
}

SWIFT _Bool try_lock_slow(SELF void *self) __asm__(TRY_LOCK);
SWIFT _Bool try_lock_slow(SELF void *self) {
    SWIFT _Bool (*real)(SELF void *) = next(TRY_LOCK);
    _Bool locked = real(self);
    if (locked && __tsan_acquire) __tsan_acquire(self);
    return locked;
}

SWIFT void unlock_slow(SELF void *self) __asm__(UNLOCK);
SWIFT void unlock_slow(SELF void *self) {
    SWIFT void (*real)(SELF void *) = next(UNLOCK);
    if (__tsan_release) __tsan_release(self);
    real(self);
}
