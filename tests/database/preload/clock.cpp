// SPDX-License-Identifier: Apache-2.0
// Preloaded into one database server: its wall clock is CUTOVER_CLOCK_S seconds ahead.
#include <dlfcn.h>
#include <sys/time.h>

#include <cstdlib>
#include <ctime>

namespace {

long ahead() {
  const char* seconds = std::getenv("CUTOVER_CLOCK_S");
  return seconds == nullptr ? 0 : std::atol(seconds);
}

template <class Function>
Function real(const char* name) {
  return reinterpret_cast<Function>(::dlsym(RTLD_NEXT, name));
}

}  // namespace

#pragma GCC visibility push(default)
extern "C" {

int clock_gettime(clockid_t clock, timespec* now) {
  static const auto next = real<int (*)(clockid_t, timespec*)>("clock_gettime");
  const int result = next(clock, now);
  if (clock == CLOCK_REALTIME && result == 0) now->tv_sec += ahead();
  return result;
}

int gettimeofday(timeval* now, void* zone) {
  static const auto next = real<int (*)(timeval*, void*)>("gettimeofday");
  const int result = next(now, zone);
  if (result == 0) now->tv_sec += ahead();
  return result;
}

}  // extern "C"
#pragma GCC visibility pop
