/// One source, compiled for AVX2 + FMA and for the baseline; the loader picks by CPU.
#ifndef CK_CLONES_H
#define CK_CLONES_H

#ifndef __has_feature
#define __has_feature(x) 0
#endif

// Sanitizers are not there yet when the loader asks which one to take.
#if defined(__x86_64__) && defined(__linux__) && !__has_feature(address_sanitizer) && !__has_feature(thread_sanitizer) \
    && !__has_feature(undefined_behavior_sanitizer)
#define CK_CLONES __attribute__((target_clones("arch=x86-64-v3", "default")))
#else
#define CK_CLONES
#endif

#endif
