// SPDX-License-Identifier: Apache-2.0
// What httpd's parent tells the coordinator on its standard input: one JSON object.
#pragma once

#include <sys/types.h>

#include <cstdint>
#include <string>
#include <vector>

#include "shared/protocol/settings.h"

namespace cutover {

struct CoordinatorConfig {
  std::string state_dir;
  uid_t uid = 0;  // httpd's User and Group: what the coordinator becomes
  gid_t gid = 0;
  std::vector<SiteSettings> sites;
  std::uint32_t number = 0;  // grows with each graceful, see SiteControl::withdrawn
  std::int64_t workers = 0;  // MaxRequestWorkers, as httpd has it
  std::string httpd{};       // which one it is, and how it holds, in words
};

std::string to_json(const CoordinatorConfig& config);
// Of all that is said of the site, but for where it is said: another digest, another setting.
std::string settings_digest(const SiteSettings& settings);
// Throws std::runtime_error with what is wrong.
CoordinatorConfig coordinator_config(const std::string& json);

}  // namespace cutover
