// SPDX-License-Identifier: Apache-2.0
// Which boot of this machine it is.
#pragma once

#include <fstream>
#include <string>

namespace cutover {

// Empty where the kernel does not tell.
inline std::string boot_id() {
  std::string id;
  std::ifstream("/proc/sys/kernel/random/boot_id") >> id;
  return id;
}

}  // namespace cutover
