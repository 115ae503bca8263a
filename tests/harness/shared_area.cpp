// SPDX-License-Identifier: Apache-2.0
#include "tests/harness/shared_area.h"

#include <fcntl.h>

#include <filesystem>
#include <stdexcept>

namespace cutover::harness {

namespace fs = std::filesystem;

Fd open_area(pid_t parent, const std::string& name) {
  for (const auto& entry : fs::directory_iterator("/proc/" + std::to_string(parent) + "/fd")) {
    std::error_code gone;
    if (fs::read_symlink(entry.path(), gone).string().find(name) == std::string::npos) continue;
    Fd fd(::open(entry.path().c_str(), O_RDWR | O_CLOEXEC));
    if (fd) return fd;
  }
  throw std::runtime_error("httpd's parent has no " + name);
}

}  // namespace cutover::harness
