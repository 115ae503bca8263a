// SPDX-License-Identifier: Apache-2.0
#include "mod_cutover/wire/event_line.h"

#include <algorithm>
#include <array>
#include <string_view>

namespace cutover {
namespace {

using nlohmann::json;

constexpr std::array<std::string_view, 7> kPlaced{"at", "site", "event",    "verb",
                                                  "by", "last", "rehearsal"};

std::string field(const json& event, const char* key) {
  const auto found = event.find(key);
  return found == event.end() || found->is_null() ? "" : text_of(*found);
}

double number(const json& run, const char* key) {
  const auto found = run.find(key);
  return found != run.end() && found->is_number() ? found->get<double>() : 0;
}

std::string ending_of(const json& run, std::string (*milliseconds)(double)) {
  if (!run.is_object()) return text_of(run);
  const std::string reason = field(run, "reason");
  if (!reason.empty()) return reason;
  return "pause " + milliseconds(number(run, "pause_ms")) + ", " +
         milliseconds(number(run, "duration_ms")) + " in all";
}

}  // namespace

EventLine event_line(const json& event, std::string (*milliseconds)(double)) {
  const std::string verb = field(event, "verb");
  EventLine line{field(event, "at"),
                 field(event, "site"),
                 field(event, "event") + (verb.empty() ? "" : ": " + verb),
                 field(event, "by"),
                 "",
                 {}};
  for (const char* run : {"last", "rehearsal"})
    if (event.contains(run)) line.ending = ending_of(event[run], milliseconds);
  for (const auto& [key, value] : event.items())
    if (std::find(kPlaced.begin(), kPlaced.end(), key) == kPlaced.end())
      line.more.emplace_back(key, value);
  return line;
}

std::string text_of(const json& value) {
  if (value.is_string()) return value.get<std::string>();
  return value.dump(-1, ' ', false, json::error_handler_t::replace);
}

}  // namespace cutover
