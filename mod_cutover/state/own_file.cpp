// SPDX-License-Identifier: Apache-2.0
#include "mod_cutover/state/own_file.h"

#include <fcntl.h>
#include <sys/stat.h>

#include <cerrno>
#include <cstring>

namespace cutover {

Fd open_own_file(const std::string& path, int flags, mode_t mode, std::string& error) {
  // O_NONBLOCK: a pipe in its place must not stop the start.
  Fd fd(::open(path.c_str(), flags | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK, mode));
  struct stat info {};
  if (!fd || ::fstat(fd.get(), &info) != 0) {
    const int why = errno;
    error = path +
            ": cannot be opened: " + (why == ELOOP ? "it is a symbolic link" : std::strerror(why));
    errno = why;
    return {};
  }
  if (S_ISREG(info.st_mode) && info.st_uid == ::geteuid() && (info.st_mode & 022) == 0) return fd;
  error = path + ": must be a regular file of the user that starts httpd, mode 0600";
  errno = EPERM;
  return {};
}

}  // namespace cutover
