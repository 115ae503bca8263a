// SPDX-License-Identifier: Apache-2.0
// A backup of a state directory, as an administrator's nightly job takes it: files alone, as they
// are found.
#pragma once

#include <filesystem>

#include "tests/harness/temp_dir.h"

namespace cutover::faults {

class StateCopy {
 public:
  explicit StateCopy(std::filesystem::path state_dir);

  // Only while no httpd uses the directory.
  void restore() const;
  void lose() const;

 private:
  const std::filesystem::path state_dir_;
  harness::TempDir copy_{"backup"};
};

}  // namespace cutover::faults
