// SPDX-License-Identifier: Apache-2.0
// A directory of a test's own under /tmp; removed at its end unless CUTOVER_KEEP is set.
#pragma once

#include <filesystem>
#include <string>
#include <string_view>

namespace cutover::harness {

class TempDir {
 public:
  // Readable by everybody: servers that the harness starts drop to other users.
  explicit TempDir(std::string_view name = "test");
  ~TempDir();
  TempDir(const TempDir&) = delete;
  TempDir& operator=(const TempDir&) = delete;

  const std::filesystem::path& path() const { return path_; }
  std::filesystem::path operator/(std::string_view name) const { return path_ / name; }

 private:
  std::filesystem::path path_;
};

void write_file(const std::filesystem::path& path, std::string_view text, unsigned mode = 0644);
// Empty where there is no such file.
std::string read_file(const std::filesystem::path& path);
// Lets the user that servers drop to (www-data or apache) own it; does nothing when not root.
void give_to_web_user(const std::filesystem::path& path);
std::string web_user();

}  // namespace cutover::harness
