// SPDX-License-Identifier: Apache-2.0
// Which settings of the two servers are compared, how, and what happens where they differ.
#pragma once

#include <cstdint>
#include <span>

#include "shared/protocol/ports.h"

namespace cutover {

enum class Compare : std::uint8_t {
  kAlike,
  kAtLeast,    // a number that may be larger on the arriving server
  kHalf,       // a number that may be smaller there, but not by more than half
  kTimeLimit,  // a number that may be larger; 0 is no limit
  kNotOn,      // off there, where the leaving one has it off
  kNotOff,     // on there, where the leaving one has it on
  kDirectory,  // the same, or none: then any will do
};

struct Setting {
  const char* name;
  Compare how;
  const char* otherwise;           // what happens to the site
  bool at_start = false;           // it can be set in my.cnf alone
  const char* missing = nullptr;   // what a release without it does; nullptr: it is left out
  const char* old_name = nullptr;  // its name in some releases
};

// One row of the preflight.
struct SettingTopic {
  const char* row;
  CheckVerdict verdict;
  std::span<const Setting> settings;
  const char* afterwards = "";  // besides setting them
  bool on_the_way_back = true;  // false: the old database is good enough as it was
};

std::span<const SettingTopic> setting_topics();

}  // namespace cutover
