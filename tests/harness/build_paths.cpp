// SPDX-License-Identifier: Apache-2.0
// Paths are found from the program itself, so that tests run from any working directory.
#include "tests/harness/build_paths.h"

#include <cstdlib>
#include <stdexcept>
#include <string>

namespace cutover::harness {
namespace {

namespace fs = std::filesystem;

// As it was at the start: a thread with mounts of its own, in a root of its own, reads another
// name.
const fs::path& programs_folder() {
  static const fs::path folder = fs::read_symlink("/proc/self/exe").parent_path();
  return folder;
}
[[maybe_unused]] const bool kReadAtTheStart = !programs_folder().empty();

fs::path nearest_with(const char* name) {
  for (fs::path dir = programs_folder();; dir = dir.parent_path()) {
    if (fs::exists(dir / name)) return dir;
    if (dir == dir.root_path()) return {};
  }
}

}  // namespace

fs::path project_root() {
  fs::path root = nearest_with("packages.sh");
  if (root.empty()) throw std::runtime_error("this program is not inside the project's folder");
  return root;
}

fs::path build_dir() {
  if (const char* dir = std::getenv("CUTOVER_BUILD_DIR")) return fs::absolute(dir);
  fs::path dir = nearest_with("mod_cutover.so");
  return dir.empty() ? project_root() / "build" : dir;
}

fs::path cache_dir() { return project_root() / "build"; }

fs::path product(const char* name) {
  fs::path path = build_dir() / name;
  if (!fs::exists(path)) throw std::runtime_error(path.string() + " is not built; run make");
  return path;
}

}  // namespace cutover::harness
