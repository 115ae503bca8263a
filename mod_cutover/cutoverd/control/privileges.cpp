// SPDX-License-Identifier: Apache-2.0
#include "mod_cutover/cutoverd/control/privileges.h"

#include <fcntl.h>
#include <grp.h>
#include <sys/file.h>
#include <sys/prctl.h>
#include <sys/resource.h>

#include <cerrno>
#include <chrono>
#include <csignal>
#include <cstring>
#include <thread>

#include "mod_cutover/state/own_file.h"

namespace cutover {
namespace {

std::string failed(const std::string& what) { return what + ": " + std::strerror(errno); }

}  // namespace

Fd take_lock(const std::string& path, const std::function<bool()>& give_up, std::string& error) {
  // Close-on-exec, or a hook's child would keep the lock (protocol, rule 14).
  Fd fd = open_own_file(path, O_RDWR | O_CREAT, 0600, error);
  if (!fd) return {};
  while (::flock(fd.get(), LOCK_EX | LOCK_NB) != 0) {
    if (errno != EWOULDBLOCK && errno != EINTR) {
      error = failed(path + " cannot be locked");
      return {};
    }
    if (give_up()) return {};
    std::this_thread::sleep_for(std::chrono::milliseconds(5));
  }
  return fd;
}

std::string drop_privileges(uid_t uid, gid_t gid, pid_t parent) {
  if (::geteuid() == 0 && uid != 0) {
    if (::setgroups(0, nullptr) != 0) return failed("cannot leave root's groups");
    if (::setresgid(gid, gid, gid) != 0) return failed("cannot become httpd's Group");
    if (::setresuid(uid, uid, uid) != 0) return failed("cannot become httpd's User");
  }
  const rlimit none{0, 0};
  ::setrlimit(RLIMIT_CORE, &none);
  ::prctl(PR_SET_DUMPABLE, 0);
  // After the change of user, which clears it. Then look: the parent may have gone meanwhile.
  ::prctl(PR_SET_PDEATHSIG, SIGTERM);
  if (parent > 1 && ::getppid() != parent) return "httpd's parent has gone";
  return {};
}

}  // namespace cutover
