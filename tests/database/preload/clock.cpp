// SPDX-License-Identifier: Apache-2.0
// Preloaded into one database server: its wall clock is CUTOVER_CLOCK_S seconds ahead.
#include <dlfcn.h>

#include <cstdlib>
#include <ctime>

extern "C" __attribute__((visibility("default"))) int clock_gettime(clockid_t clock,
                                                                    timespec* now) {
  static const auto next =
      reinterpret_cast<int (*)(clockid_t, timespec*)>(::dlsym(RTLD_NEXT, "clock_gettime"));
  const int result = next(clock, now);
  const char* ahead = std::getenv("CUTOVER_CLOCK_S");
  if (clock == CLOCK_REALTIME && result == 0 && ahead != nullptr) now->tv_sec += std::atol(ahead);
  return result;
}
