// SPDX-License-Identifier: Apache-2.0
// A php-fpm pool over a unix socket, started by hand from the unpacked packages.
#pragma once

#include <filesystem>
#include <map>
#include <memory>
#include <string>

#include "tests/harness/process.h"
#include "tests/harness/temp_dir.h"

namespace cutover::harness {

class PhpFpm {
 public:
  // The environment is what the application sees by getenv().
  PhpFpm(const std::map<std::string, std::string>& env, unsigned children);

  // For an httpd's SetHandler.
  std::string handler() const;
  std::string error_log() const { return read_file(dir_ / "error.log"); }

 private:
  TempDir dir_;
  std::unique_ptr<Process> process_;
};

}  // namespace cutover::harness
