// SPDX-License-Identifier: Apache-2.0
// Preloaded into httpd: while the file that CUTOVER_NO_PROCESS names is there, the module gets no
// new process, as where their limit is reached. httpd's own forks go on.
#include <dlfcn.h>
#include <unistd.h>

#include <cerrno>
#include <cstdlib>
#include <cstring>

extern "C" __attribute__((visibility("default"))) pid_t fork() {
  static const auto real = reinterpret_cast<pid_t (*)()>(::dlsym(RTLD_NEXT, "fork"));
  const char* flag = std::getenv("CUTOVER_NO_PROCESS");
  Dl_info caller{};
  if (flag != nullptr && ::access(flag, F_OK) == 0 &&
      ::dladdr(__builtin_return_address(0), &caller) != 0 &&
      std::strstr(caller.dli_fname, "mod_cutover") != nullptr) {
    errno = EAGAIN;
    return -1;
  }
  return real();
}
