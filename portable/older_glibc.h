// SPDX-License-Identifier: Apache-2.0
// Read before every source of the portable build. Which functions of glibc are newer than 2.28, and
// have an older self that does here: that one is meant.
#pragma once

#ifdef __ASSEMBLER__
#elif defined(__x86_64__)
#define CUTOVER_OLDEST "GLIBC_2.2.5"
#elif defined(__aarch64__) || defined(__powerpc64__)
#define CUTOVER_OLDEST "GLIBC_2.17"
#endif

#ifdef CUTOVER_OLDEST
// 2.29 has them once more, without a wrapper that sets errno.
__asm__(".symver exp, exp@" CUTOVER_OLDEST);
__asm__(".symver log, log@" CUTOVER_OLDEST);
#undef CUTOVER_OLDEST
#endif
