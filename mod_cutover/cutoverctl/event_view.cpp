// SPDX-License-Identifier: Apache-2.0
// What an event holds depends on its kind, so no field is required: those that are known have their
// place, and whatever else is there follows as key=value.
#include "mod_cutover/cutoverctl/event_view.h"

#include <algorithm>
#include <array>
#include <iostream>
#include <string>

#include "mod_cutover/cutoverctl/terminal.h"

namespace cutover {
namespace {

using nlohmann::json;

constexpr std::array<const char*, 7> kPlaced{"at", "site", "event",    "verb",
                                             "by", "last", "rehearsal"};

std::string text_of(const json& value) {
  return value.is_string() ? value.get<std::string>() : value.dump();
}

// Empty where the event has no such field.
std::string field(const json& event, const char* key) {
  const auto found = event.find(key);
  return found == event.end() || found->is_null() ? "" : text_of(*found);
}

std::string summary_of(const json& last) {
  if (!last.is_object()) return text_of(last);
  std::string reason = field(last, "reason");
  if (!reason.empty()) return reason;
  const auto took = [&](const char* key) { return millis(last.value(key, 0.0)); };
  return "pause " + took("pause_ms") + ", " + took("duration_ms") + " in all";
}

void print_event(const json& event) {
  std::string line = field(event, "at");
  const auto add = [&](const char* before, const std::string& text) {
    if (!text.empty()) line += before + text;
  };
  add("  ", field(event, "site"));
  add("  ", field(event, "event"));
  add(": ", field(event, "verb"));
  add("  by ", field(event, "by"));
  for (const char* run : {"last", "rehearsal"})
    if (event.contains(run)) add("  ", summary_of(event[run]));
  for (const auto& [key, value] : event.items()) {
    const bool placed = std::any_of(kPlaced.begin(), kPlaced.end(),
                                    [&key = key](const char* one) { return key == one; });
    if (!placed) add("  ", key + "=" + text_of(value));
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
