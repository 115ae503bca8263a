// SPDX-License-Identifier: Apache-2.0
#include "mod_cutover/state/owner_file.h"

#include <fcntl.h>
#include <sys/random.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstring>
#include <sstream>

#include "mod_cutover/state/boot_id.h"
#include "mod_cutover/state/own_file.h"
#include "mod_cutover/state/pulse.h"

namespace cutover {
namespace {

constexpr std::size_t kKept = 32;  // lives that crashed one after the other, and more
constexpr std::size_t kTokenBytes = 16;

std::string random_token() {
  std::array<unsigned char, kTokenBytes> bytes{};
  if (::getrandom(bytes.data(), bytes.size(), 0) != static_cast<ssize_t>(bytes.size())) return {};
  std::string text;
  for (const unsigned char byte : bytes) {
    text += "0123456789abcdef"[byte >> 4];
    text += "0123456789abcdef"[byte & 15U];
  }
  return text;
}

bool is_token(const std::string& text) {
  return text.size() == 2 * kTokenBytes &&
         text.find_first_not_of("0123456789abcdef") == std::string::npos;
}

}  // namespace

// A line that was cut off by a power cut proves nothing, and is passed over.
OwnerFile::OwnerFile(const std::string& path) {
  const Fd fd = open_own_file(path, O_RDWR | O_CREAT, 0600, error_);
  if (!fd) return;
  std::string text(kKept * 256, '\0');
  const ssize_t got = ::pread(fd.get(), text.data(), text.size(), 0);
  text.resize(got > 0 ? static_cast<std::size_t>(got) : 0);
  const std::string now = boot_id();
  std::string kept;
  std::istringstream lines(text);
  for (std::string line; std::getline(lines, line);) {
    std::istringstream words(line);
    std::string of_boot;
    std::string token;
    if (words >> of_boot >> token && is_token(token))
      earlier_.push_back({token, !now.empty() && of_boot == now});
  }
  if (earlier_.size() >= kKept)
    earlier_.erase(earlier_.begin(), earlier_.end() - static_cast<std::ptrdiff_t>(kKept - 1));
  for (const Earlier& life : earlier_)
    kept += (life.same_boot ? now : "earlier") + " " + life.token + "\n";
  const std::string token = random_token();
  const LongStep disk(kSlowDisk);
  kept += (now.empty() ? "unknown" : now) + " " + token + "\n";
  const bool written =
      !token.empty() &&
      ::pwrite(fd.get(), kept.data(), kept.size(), 0) == static_cast<ssize_t>(kept.size()) &&
      ::ftruncate(fd.get(), static_cast<off_t>(kept.size())) == 0 && ::fsync(fd.get()) == 0;
  if (!written) {
    error_ = path + ": cannot be written: " + std::strerror(errno);
    return;
  }
  token_ = token;
}

}  // namespace cutover
