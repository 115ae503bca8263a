// SPDX-License-Identifier: Apache-2.0
// What an event holds depends on its kind, so no field is required: those that every event should
// have come first in a fixed order, and whatever else is there follows as key=value.
#include "mod_cutover/cutoverctl/event_view.h"

#include <algorithm>
#include <array>
#include <iostream>
#include <string>

namespace cutover {
namespace {

using nlohmann::json;

constexpr std::array<const char*, 4> kLeading{"time", "site", "by", "event"};

std::string text_of(const json& value) {
  return value.is_string() ? value.get<std::string>() : value.dump();
}

bool worth_a_word(const json& value) {
  return !value.is_null() && !(value.is_string() && value.get_ref<const std::string&>().empty());
}

void print_event(const json& event) {
  std::string line;
  const auto add = [&](const std::string& text) { line += (line.empty() ? "" : "  ") + text; };
  for (const char* key : kLeading)
    if (event.contains(key) && worth_a_word(event[key])) add(text_of(event[key]));
  for (const auto& [key, value] : event.items()) {
    const bool leading = std::any_of(kLeading.begin(), kLeading.end(),
                                     [&key = key](const char* one) { return key == one; });
    if (!leading && worth_a_word(value)) add(key + "=" + text_of(value));
  }
  std::cout << line << "\n";
}

}  // namespace

void print_events(const json& result) {
  const json& events = result.at("events");
  if (events.empty()) std::cout << "no event yet\n";
  for (const json& event : events) print_event(event);
}

}  // namespace cutover
