// SPDX-License-Identifier: Apache-2.0
#include "mod_cutover/httpd/parent/state_dir.h"

#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <filesystem>
#include <stdexcept>

namespace cutover {
namespace {

std::string bad(const std::string& dir, const std::string& what) {
  return "CutoverStateDir " + dir + ": " + what;
}

// What the kernel said, and what it mostly comes from.
std::string reason(int error) {
  const std::string words = std::strerror(error);
  if (error == EROFS)
    return words +
           "; where systemd makes it so (ProtectSystem=), make the folder and name it in "
           "ReadWritePaths= of httpd's unit (systemctl edit)";
  if (error == EACCES && ::geteuid() == 0)
    return words +
           "; what keeps root from it is SELinux (`restorecon -R` it, docs/platforms.md) or "
           "AppArmor";
  return words;
}

// Nobody but the user that starts httpd may change what stands in it: it decides which side serves
// after a boot. Everybody may look for the socket in it.
std::string problem_of(const std::string& dir, const struct stat& info) {
  if (S_ISLNK(info.st_mode)) return bad(dir, "is a symbolic link; name the folder itself");
  if (!S_ISDIR(info.st_mode)) return bad(dir, "is not a folder");
  if (info.st_uid != ::geteuid())
    return bad(dir, "belongs to another user than the one that starts httpd; chown it");
  if ((info.st_mode & 022) != 0)
    return bad(dir, "can be written by others; chmod go-w (0755 is right)");
  if (::access(dir.c_str(), R_OK | W_OK | X_OK) != 0)
    return bad(dir, "cannot be written: " + reason(errno));
  return {};
}

}  // namespace

std::string state_dir_problem(const std::string& dir) {
  struct stat info {};
  if (::lstat(dir.c_str(), &info) == 0) return problem_of(dir, info);
  if (errno != ENOENT) return bad(dir, std::strerror(errno));
  const std::string parent = std::filesystem::path(dir).parent_path().string();
  if (::access(parent.c_str(), W_OK | X_OK) == 0) return {};
  return bad(dir, "is missing and cannot be made: " + parent + ": " + reason(errno));
}

std::string jail_problem(const std::string& dir, const std::string& jail) {
  if (jail.empty()) return {};
  const std::string within = jail + dir;
  struct stat outside {};
  struct stat inside {};
  if (::stat(dir.c_str(), &outside) != 0) return {};  // the start makes it
  if (::stat(within.c_str(), &inside) == 0 && inside.st_dev == outside.st_dev &&
      inside.st_ino == outside.st_ino)
    return {};
  return "ChrootDir " + jail +
         ": the page cannot ask the coordinator, which is outside; mkdir -p " + within +
         " && mount --bind " + dir + " " + within + ", or go without the page";
}

void ensure_state_dir(const std::string& dir) {
  struct stat info {};
  if (::lstat(dir.c_str(), &info) != 0 && errno == ENOENT) {
    if (::mkdir(dir.c_str(), 0755) != 0 || ::chmod(dir.c_str(), 0755) != 0)
      throw std::runtime_error(bad(dir, "cannot be made: " + reason(errno)));
  }
  const std::string problem = state_dir_problem(dir);
  if (!problem.empty()) throw std::runtime_error(problem);
  // access() says nothing of a file system that is read-only just now or has no inode left.
  std::string probe = dir + "/.probe-XXXXXX";
  const int fd = ::mkstemp(probe.data());
  if (fd < 0) throw std::runtime_error(bad(dir, "cannot be written: " + reason(errno)));
  ::close(fd);
  ::unlink(probe.c_str());
}

}  // namespace cutover
