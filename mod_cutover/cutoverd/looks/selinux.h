// SPDX-License-Identifier: Apache-2.0
// Preflight: what SELinux keeps httpd from, and with it the coordinator, which it has started.
#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "shared/protocol/check.h"

namespace cutover {

// A port that httpd or the coordinator connects to.
struct Door {
  std::string what;  // "the new host"
  int port = 0;
};

// Whether this process may connect to such a port, wherever it is; nothing where that cannot be
// found out. Nobody is reached.
std::optional<bool> may_connect(int port);

// What the kernel says of this process. Tests have another one.
struct Kernel {
  std::filesystem::path root = "/";
  std::optional<bool> (*may_connect)(int port) = cutover::may_connect;
};

// Nothing where there is no SELinux.
std::optional<Check> selinux(const std::vector<Door>& doors, const Kernel& kernel = {});

}  // namespace cutover
