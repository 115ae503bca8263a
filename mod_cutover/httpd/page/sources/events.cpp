// SPDX-License-Identifier: Apache-2.0
#include "mod_cutover/httpd/page/sources/events.h"

#include "mod_cutover/wire/event_line.h"
#include "shared/words/phrases.h"

namespace cutover {
namespace {

using nlohmann::json;

constexpr std::size_t kShown = 12;
constexpr std::size_t kLongest = 400;  // a hook may say a lot

// Not in the middle of a letter.
std::string shortened(std::string text) {
  if (text.size() <= kLongest) return text;
  std::size_t end = kLongest;
  while (end > 0 && (static_cast<unsigned char>(text[end]) & 0xc0) == 0x80) --end;
  return text.substr(0, end) + " ...";
}

// What is not so is not told.
std::string more_of(const EventLine& line) {
  std::string more = line.ending;
  for (const auto& [key, value] : line.more) {
    if (value == false || value.is_null() || text_of(value).empty()) continue;
    more += more.empty() ? "" : "; ";
    more += key == "reason" || key == "id" ? text_of(value) : key + ": " + text_of(value);
  }
  return shortened(more);
}

}  // namespace

std::vector<TrailLine> trail_of(const json& events) {
  std::vector<TrailLine> trail;
  if (!events.is_array()) return trail;
  for (auto e = events.rbegin(); e != events.rend() && trail.size() < kShown; ++e) {
    if (!e->is_object()) continue;
    const EventLine line = event_line(*e, duration);
    trail.push_back({line.at, line.site, line.what, shortened(line.by), more_of(line)});
  }
  return trail;
}

json to_json(const std::vector<TrailLine>& trail) {
  json lines = json::array();
  for (const TrailLine& t : trail)
    lines.push_back(
        {{"at", t.at}, {"site", t.site}, {"what", t.what}, {"by", t.by}, {"more", t.more}});
  return lines;
}

}  // namespace cutover
