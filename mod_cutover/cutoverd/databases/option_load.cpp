// SPDX-License-Identifier: Apache-2.0
// Opens an option file, and refuses one that others can read, write or put in place of it.
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstring>

#include "mod_cutover/cutoverd/databases/option_file.h"

namespace cutover {
namespace {

constexpr std::size_t kLargest = 64 * 1024;

class OpenFile {
 public:
  explicit OpenFile(int fd) : fd_(fd) {}
  ~OpenFile() {
    if (fd_ >= 0) ::close(fd_);
  }
  OpenFile(const OpenFile&) = delete;
  OpenFile& operator=(const OpenFile&) = delete;
  int fd() const { return fd_; }

 private:
  int fd_;
};

std::string octal(mode_t mode) {
  std::array<char, 8> text{};
  std::snprintf(text.data(), text.size(), "%04o", static_cast<unsigned>(mode & 07777));
  return text.data();
}

std::string cannot_open(const std::string& path, int error) {
  if (error == ENOENT) {
    return path + ": is not there; write the account for the database into it, then chmod 0600";
  }
  if (error == ELOOP) return path + ": is a symbolic link; name the file itself";
  return path + ": cannot be opened: " + std::strerror(error);
}

// Empty when the file may be used.
std::string objection(const std::string& path, const struct stat& file) {
  if (!S_ISREG(file.st_mode)) return path + ": is not a regular file";
  if (file.st_uid != 0 && file.st_uid != ::geteuid()) {
    return path + ": belongs to user " + std::to_string(file.st_uid) + "; chown root " + path;
  }
  if ((file.st_mode & 077) != 0) {
    return path + ": can be read or written by others (mode " + octal(file.st_mode) +
           "); chmod 0600 " + path;
  }
  if (static_cast<std::size_t>(file.st_size) > kLargest) return path + ": is larger than 64 KiB";
  return {};
}

}  // namespace

OrError<ConnectOptions> load_option_file(const std::string& path, const std::string& group) {
  // O_NONBLOCK: a pipe in its place must not stop the start.
  const OpenFile file(::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK));
  if (file.fd() < 0) return OptionError{cannot_open(path, errno)};
  struct stat about {};
  if (::fstat(file.fd(), &about) != 0) return OptionError{cannot_open(path, errno)};
  if (std::string why = objection(path, about); !why.empty()) return OptionError{std::move(why)};

  std::string text;
  std::array<char, 4096> piece{};
  for (;;) {
    const ssize_t got = ::read(file.fd(), piece.data(), piece.size());
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) return OptionError{path + ": cannot be read: " + std::strerror(errno)};
    if (got == 0) break;
    text.append(piece.data(), static_cast<std::size_t>(got));
    if (text.size() > kLargest) return OptionError{path + ": is larger than 64 KiB"};
  }
  auto lines = parse_option_text(text, path);
  if (auto* error = std::get_if<OptionError>(&lines)) return std::move(*error);
  return connect_options(std::get<std::vector<OptionLine>>(lines), path, group);
}

}  // namespace cutover
