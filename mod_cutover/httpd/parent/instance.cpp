// SPDX-License-Identifier: Apache-2.0
#include "mod_cutover/httpd/parent/instance.h"

#include <fcntl.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <stdexcept>

#include "mod_cutover/state/own_file.h"
#include "mod_cutover/state/paths.h"

namespace cutover {
namespace {

// Of fcntl, not of flock: httpd's children, which may outlive it, do not inherit it.
struct flock whole_file() {
  struct flock lock {};
  lock.l_type = F_WRLCK;
  lock.l_whence = SEEK_SET;
  return lock;
}

// As its holder wrote it.
std::string holders_pid_file(int fd) {
  std::array<char, 4096> text{};
  const ssize_t got = ::pread(fd, text.data(), text.size(), 0);
  return got > 0 ? std::string(text.data(), static_cast<std::size_t>(got)) : "";
}

std::string holder(int fd) {
  struct flock lock = whole_file();
  if (::fcntl(fd, F_GETLK, &lock) != 0 || lock.l_type == F_UNLCK || lock.l_pid <= 0) return {};
  return "pid " + std::to_string(lock.l_pid) + ", ";
}

}  // namespace

void claim_state_dir(const std::string& dir, const std::string& pid_file) {
  std::string error;
  Fd fd = open_own_file(httpd_lock_path(dir), O_RDWR | O_CREAT, 0600, error);
  if (!fd) throw std::runtime_error(error);
  const struct flock lock = whole_file();
  if (::fcntl(fd.get(), F_SETLK, &lock) == 0) {
    // For whoever comes second; a disk that is full keeps nobody from the lock.
    [[maybe_unused]] const bool told = ::ftruncate(fd.get(), 0) == 0 &&
                                       ::pwrite(fd.get(), pid_file.data(), pid_file.size(), 0) > 0;
    [[maybe_unused]] const int held = fd.release();  // closed, it would be given up
    return;
  }
  // A file system may have no locks; the coordinators have one of another kind among themselves.
  if (errno != EAGAIN && errno != EACCES) return;
  const std::string other = holders_pid_file(fd.get());
  if (other == pid_file) return;
  throw std::runtime_error("CutoverStateDir " + dir + ": belongs to another httpd that runs (" +
                           holder(fd.get()) + "PidFile " + other +
                           "); give each httpd one of its own, such as " + dir + "-NAME");
}

}  // namespace cutover
