// SPDX-License-Identifier: Apache-2.0
// How a site that runs is reached, whoever has started it: all that its visitors, its operator and
// whoever counts afterwards need to know of it.
#pragma once

#include <chrono>
#include <cstdint>
#include <filesystem>
#include <nlohmann/json_fwd.hpp>
#include <string>
#include <vector>

#include "tests/harness/database_vendor.h"
#include "tests/harness/sql.h"

namespace cutover::harness {

struct Endpoint {
  std::string address = "127.0.0.1";
  std::uint16_t port = 0;

  std::string text() const { return address + ":" + std::to_string(port); }
};

struct SiteAccess {
  Endpoint visitors;  // the old host, where visitors go
  Endpoint new_host;
  Endpoint admin;                       // has /cutover
  std::vector<std::string> cutoverctl;  // the command, but for its verb
  Vendor vendor = vendor_of_this_run();
  SqlLogin old_database;  // with the application's account, which is enough for counting
  SqlLogin new_database;
  std::filesystem::path old_host_log;
  std::filesystem::path new_host_log;
  std::filesystem::path access_log;  // the old httpd's

  // The part of status.json that is about the site shop; throws if the page does not answer.
  nlohmann::json status() const;
  // "old" or "new" by status.json.
  std::string side() const;
  // Waits until the gate is open, as it is soon after the start; its reasons where it is not.
  std::string await_gate(std::chrono::milliseconds limit = std::chrono::seconds(10)) const;
};

// From a JSON file whose keys are these names. Throws what is missing or wrong in it, by name.
SiteAccess read_site_access(const std::filesystem::path& file);

}  // namespace cutover::harness
