// SPDX-License-Identifier: Apache-2.0
#include "tests/faults/state_copy.h"

namespace cutover::faults {
namespace {

namespace fs = std::filesystem;

void copy_files(const fs::path& from, const fs::path& to) {
  for (const auto& entry : fs::directory_iterator(from))
    if (entry.is_regular_file()) fs::copy(entry.path(), to / entry.path().filename());
}

}  // namespace

StateCopy::StateCopy(fs::path state_dir) : state_dir_(std::move(state_dir)) {
  copy_files(state_dir_, copy_.path());
}

void StateCopy::lose() const {
  for (const auto& entry : fs::directory_iterator(state_dir_)) fs::remove_all(entry.path());
}

void StateCopy::restore() const {
  lose();
  copy_files(copy_.path(), state_dir_);
}

}  // namespace cutover::faults
