// SPDX-License-Identifier: Apache-2.0
// Preloaded into httpd and the coordinator, so that the soak can be seen to find a leak: memory
// with what httpd writes, and memory, a descriptor and a thread with what the journal makes
// durable.
#include <dlfcn.h>
#include <fcntl.h>
#include <sys/uio.h>
#include <unistd.h>

#include <cstring>
#include <thread>

namespace {

constexpr std::size_t kOfAResponse = 256;
constexpr std::size_t kOfARecord = 4096;

template <class Function>
Function real(const char* name) {
  return reinterpret_cast<Function>(::dlsym(RTLD_NEXT, name));
}

void leak_memory(std::size_t size) {
  void* volatile lost = ::operator new(size);
  std::memset(lost, 'x', size);
}

}  // namespace

extern "C" {

ssize_t writev(int fd, const iovec* parts, int count) {
  leak_memory(kOfAResponse);
  return real<ssize_t (*)(int, const iovec*, int)>("writev")(fd, parts, count);
}

int fdatasync(int fd) {
  leak_memory(kOfARecord);
  [[maybe_unused]] const int lost = ::open("/dev/null", O_RDONLY | O_CLOEXEC);
  std::thread([] { ::pause(); }).detach();
  return real<int (*)(int)>("fdatasync")(fd);
}
}
