// SPDX-License-Identifier: Apache-2.0
#include "mod_cutover/state/secret_file.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstdio>
#include <cstring>

#include "mod_cutover/state/fd.h"

namespace cutover {
namespace {

constexpr std::size_t kLargest = 64 * 1024;

std::string octal(mode_t mode) {
  std::array<char, 8> text{};
  std::snprintf(text.data(), text.size(), "%04o", static_cast<unsigned>(mode & 07777));
  return text.data();
}

std::string cannot_open(const std::string& path, const std::string& content, int error) {
  if (error == ENOENT)
    return path + ": is not there; write " + content + " into it, then chmod 0600";
  if (error == ELOOP) return path + ": is a symbolic link; name the file itself";
  return path + ": cannot be opened: " + std::strerror(error);
}

// Empty when the file may be used.
std::string objection(const std::string& path, const struct stat& file) {
  if (!S_ISREG(file.st_mode)) return path + ": is not a regular file";
  if (file.st_uid != 0 && file.st_uid != ::geteuid())
    return path + ": belongs to user " + std::to_string(file.st_uid) + "; chown root " + path;
  if ((file.st_mode & 077) != 0)
    return path + ": can be read or written by others (mode " + octal(file.st_mode) +
           "); chmod 0600 " + path;
  if (static_cast<std::size_t>(file.st_size) > kLargest) return path + ": is larger than 64 KiB";
  return {};
}

}  // namespace

Reading<std::string> read_secret_file(const std::string& path, const std::string& content) {
  // O_NONBLOCK: a pipe in its place must not stop the start.
  const Fd file(::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK));
  struct stat about {};
  if (!file || ::fstat(file.get(), &about) != 0)
    return {std::nullopt, cannot_open(path, content, errno)};
  if (std::string why = objection(path, about); !why.empty()) return {std::nullopt, why};

  std::string text;
  std::array<char, 4096> piece{};
  for (;;) {
    const ssize_t got = ::read(file.get(), piece.data(), piece.size());
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) return {std::nullopt, path + ": cannot be read: " + std::strerror(errno)};
    if (got == 0) return {text, {}};
    text.append(piece.data(), static_cast<std::size_t>(got));
    if (text.size() > kLargest) return {std::nullopt, path + ": is larger than 64 KiB"};
  }
}

}  // namespace cutover
