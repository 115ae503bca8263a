// SPDX-License-Identifier: Apache-2.0
#include "mod_cutover/cutoverd/control/privileges.h"

#include <fcntl.h>
#include <grp.h>
#include <sys/file.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <chrono>
#include <csignal>
#include <cstdlib>
#include <cstring>
#include <thread>

#include "mod_cutover/cutoverd/trail/log.h"
#include "mod_cutover/state/own_file.h"

namespace cutover {
namespace {

using namespace std::chrono_literals;

constexpr auto kPatience = 5ms;
constexpr auto kSaidAfter = 500ms;

std::string failed(const std::string& what) { return what + ": " + std::strerror(errno); }

// Whoever has the lock writes its pid into the file; another version's may not.
std::string holder(int fd) {
  std::array<char, 16> text{};
  const ssize_t got = ::pread(fd, text.data(), text.size() - 1, 0);
  const long pid = got > 0 ? std::strtol(text.data(), nullptr, 10) : 0;
  return pid > 0 ? "pid " + std::to_string(pid) : "another process";
}

void say_who_holds(int fd, const std::string& path) {
  log(Message::kWaitsForLock, {},
      "waiting for " + holder(fd) + ", which has the lock " + path +
          ": a coordinator that still ends its run, or one of another httpd with the same "
          "CutoverStateDir");
}

void write_pid(int fd) {
  const std::string pid = std::to_string(::getpid()) + "\n";
  // Only for people: a disk that is full keeps nobody from the lock.
  [[maybe_unused]] const bool told =
      ::ftruncate(fd, 0) == 0 && ::pwrite(fd, pid.data(), pid.size(), 0) > 0;
}

}  // namespace

Fd take_lock(const std::string& path, const std::function<bool()>& give_up, std::string& error) {
  // Close-on-exec, or a hook's child would keep the lock (protocol, rule 14).
  Fd fd = open_own_file(path, O_RDWR | O_CREAT, 0600, error);
  if (!fd) return {};
  for (auto waited = 0ms; ::flock(fd.get(), LOCK_EX | LOCK_NB) != 0; waited += kPatience) {
    if (errno != EWOULDBLOCK && errno != EINTR) {
      error = failed(path + " cannot be locked");
      return {};
    }
    if (give_up()) return {};
    if (waited == kSaidAfter) say_who_holds(fd.get(), path);
    std::this_thread::sleep_for(kPatience);
  }
  write_pid(fd.get());
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
