// SPDX-License-Identifier: Apache-2.0
#include "mod_cutover/cutoverctl/event_view.h"

#include <iostream>
#include <string>

#include "mod_cutover/cutoverctl/terminal.h"
#include "mod_cutover/wire/event_line.h"

namespace cutover {
namespace {

using nlohmann::json;

void print_event(const json& event) {
  const EventLine told = event_line(event, millis);
  std::string line = told.at;
  const auto add = [&](const char* before, const std::string& text) {
    if (!text.empty()) line += before + text;
  };
  add("  ", told.site);
  add("  ", told.what);
  add("  by ", told.by);
  add("  ", told.ending);
  for (const auto& [key, value] : told.more) add("  ", key + "=" + text_of(value));
  std::cout << line << "\n";
}

}  // namespace

void print_events(const json& result) {
  const json& events = result.at("events");
  if (events.empty()) std::cout << "no event yet\n";
  for (const json& event : events) print_event(event);
}

}  // namespace cutover
