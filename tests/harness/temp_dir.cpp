// SPDX-License-Identifier: Apache-2.0
// Temporary directories and the few file operations that tests need.
#include "tests/harness/temp_dir.h"

#include <fcntl.h>
#include <pwd.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstdlib>
#include <fstream>
#include <iterator>
#include <system_error>

#include "tests/harness/problems.h"

namespace cutover::harness {

TempDir::TempDir(std::string_view name) {
  // Short, since the paths of unix sockets below it may have 107 characters at most.
  std::string pattern = "/tmp/cutover-" + std::string(name) + "-XXXXXX";
  if (mkdtemp(pattern.data()) == nullptr) {
    throw std::system_error(errno, std::generic_category(), "mkdtemp " + pattern);
  }
  path_ = pattern;
  chmod(path_.c_str(), 0755);
}

TempDir::~TempDir() {
  if (std::getenv("CUTOVER_KEEP") != nullptr) return;
  std::error_code error;
  std::filesystem::remove_all(path_, error);
  if (error) report_problem("cannot remove " + path_.string() + ": " + error.message());
}

void write_file(const std::filesystem::path& path, std::string_view text, unsigned mode) {
  // The mode is right before the first byte is there: option files carry passwords.
  int fd = open(path.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, mode);
  if (fd < 0) throw std::system_error(errno, std::generic_category(), "open " + path.string());
  fchmod(fd, mode);
  bool written = write(fd, text.data(), text.size()) == static_cast<ssize_t>(text.size());
  close(fd);
  if (!written) throw std::runtime_error("cannot write " + path.string());
}

std::string read_file(const std::filesystem::path& path) {
  std::ifstream in(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(in), {}};
}

std::string web_user() {
  for (const char* name : {"www-data", "apache", "nobody"}) {
    if (getpwnam(name) != nullptr) return name;
  }
  throw std::runtime_error("no user www-data, apache or nobody for the servers to drop to");
}

void give_to_web_user(const std::filesystem::path& path) {
  if (geteuid() != 0) return;
  const passwd* user = getpwnam(web_user().c_str());
  if (chown(path.c_str(), user->pw_uid, user->pw_gid) != 0) {
    throw std::system_error(errno, std::generic_category(), "chown " + path.string());
  }
}

}  // namespace cutover::harness
