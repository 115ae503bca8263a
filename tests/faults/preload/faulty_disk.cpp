// SPDX-License-Identifier: Apache-2.0
// Preloaded into the coordinator alone: its disk fills up, becomes read-only or stalls, and its
// wall clock jumps, when the campaign says so; and what it has made durable is written down.
#include <dlfcn.h>
#include <fcntl.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstdarg>
#include <cstdlib>
#include <cstring>
#include <ctime>

#include "tests/faults/preload/control.h"

namespace {

using cutover::faults::DiskControl;

// Set by open(), which the coordinator calls before it has a second thread.
int journal_fd = -1;
bool in_state_dir[1024];

DiskControl* control() {
  static DiskControl* const mapped = []() -> DiskControl* {
    const char* path = std::getenv("CUTOVER_FAULTY_DISK");
    const int fd = path == nullptr ? -1 : ::openat(AT_FDCWD, path, O_RDWR | O_CLOEXEC);
    if (fd < 0) return nullptr;
    void* at = ::mmap(nullptr, sizeof(DiskControl), PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
    ::close(fd);
    return at == MAP_FAILED ? nullptr : static_cast<DiskControl*>(at);
  }();
  return mapped;
}

template <class Function>
Function real(const char* name) {
  return reinterpret_cast<Function>(::dlsym(RTLD_NEXT, name));
}

bool on_disk(int fd) { return fd >= 0 && fd < 1024 && in_state_dir[fd]; }

bool fails(int fd) {
  if (!on_disk(fd) || control() == nullptr) return false;
  const int error = control()->write_error.load();
  if (error == 0) return false;
  errno = error;
  return true;
}

void note_opened(int fd, const char* path) {
  const char* dir = std::getenv("CUTOVER_FAULTY_DIR");
  if (fd < 0 || fd >= 1024 || dir == nullptr) return;
  in_state_dir[fd] = std::strncmp(path, dir, std::strlen(dir)) == 0;
  const std::size_t length = std::strlen(path);
  if (in_state_dir[fd] && length > 8 && std::strcmp(path + length - 8, ".journal") == 0)
    journal_fd = fd;
}

int synced(int fd, int result) {
  if (result == 0 && fd == journal_fd && control() != nullptr) {
    const ssize_t got = ::pread(fd, control()->durable, sizeof control()->durable, 0);
    if (got > 0) ++control()->syncs;
  }
  return result;
}

void stall(int fd) {
  if (!on_disk(fd) || control() == nullptr) return;
  const int ms = control()->stall_ms.load();
  const timespec pause{ms / 1000, ms % 1000 * 1'000'000L};
  if (ms > 0) ::nanosleep(&pause, nullptr);
}

int open_any(const char* path, int flags, mode_t mode) {
  static const auto next = real<int (*)(const char*, int, ...)>("open");
  const int fd = next(path, flags, mode);
  note_opened(fd, path);
  return fd;
}

mode_t mode_of(int flags, va_list more) {
  return (flags & O_CREAT) != 0 ? static_cast<mode_t>(va_arg(more, unsigned)) : 0;
}

}  // namespace

#pragma GCC visibility push(default)
extern "C" {

int open(const char* path, int flags, ...) {
  va_list more;
  va_start(more, flags);
  const mode_t mode = mode_of(flags, more);
  va_end(more);
  return open_any(path, flags, mode);
}

int open64(const char* path, int flags, ...) {
  va_list more;
  va_start(more, flags);
  const mode_t mode = mode_of(flags, more);
  va_end(more);
  return open_any(path, flags, mode);
}

int __open_2(const char* path, int flags) { return open_any(path, flags, 0); }
int __open64_2(const char* path, int flags) { return open_any(path, flags, 0); }

int close(int fd) {
  static const auto next = real<int (*)(int)>("close");
  if (fd >= 0 && fd < 1024) in_state_dir[fd] = false;
  if (fd == journal_fd) journal_fd = -1;
  return next(fd);
}

ssize_t pwrite(int fd, const void* data, size_t size, off_t at) {
  static const auto next = real<ssize_t (*)(int, const void*, size_t, off_t)>("pwrite");
  return fails(fd) ? -1 : next(fd, data, size, at);
}

ssize_t pwrite64(int fd, const void* data, size_t size, off64_t at) {
  return pwrite(fd, data, size, at);
}

ssize_t write(int fd, const void* data, size_t size) {
  static const auto next = real<ssize_t (*)(int, const void*, size_t)>("write");
  return fails(fd) ? -1 : next(fd, data, size);
}

int fdatasync(int fd) {
  static const auto next = real<int (*)(int)>("fdatasync");
  if (fails(fd)) return -1;
  stall(fd);
  return synced(fd, next(fd));
}

int fsync(int fd) {
  static const auto next = real<int (*)(int)>("fsync");
  if (fails(fd)) return -1;
  stall(fd);
  return synced(fd, next(fd));
}

int clock_gettime(clockid_t clock, timespec* now) {
  static const auto next = real<int (*)(clockid_t, timespec*)>("clock_gettime");
  const int result = next(clock, now);
  if (clock == CLOCK_REALTIME && result == 0 && control() != nullptr)
    now->tv_sec += control()->clock_s.load();
  return result;
}

}  // extern "C"
#pragma GCC visibility pop
