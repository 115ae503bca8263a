// SPDX-License-Identifier: Apache-2.0
#include "mod_cutover/httpd/page/trail.h"

#include <algorithm>
#include <array>
#include <string_view>

#include "mod_cutover/httpd/page/words.h"

namespace cutover {
namespace {

using nlohmann::json;

constexpr std::size_t kShown = 12;
constexpr std::size_t kLongest = 400;  // a hook may say a lot
constexpr std::array<std::string_view, 7> kPlaced = {"at", "site", "event",    "verb",
                                                     "by", "last", "rehearsal"};

std::string words(const json& value) {
  if (value.is_string()) return value.get<std::string>();
  return value.dump(-1, ' ', true, json::error_handler_t::replace);
}

std::string field(const json& event, const char* key) {
  const auto found = event.find(key);
  return found == event.end() || found->is_null() ? "" : words(*found);
}

// Not in the middle of a letter.
std::string shortened(std::string text) {
  if (text.size() <= kLongest) return text;
  std::size_t end = kLongest;
  while (end > 0 && (static_cast<unsigned char>(text[end]) & 0xc0) == 0x80) --end;
  return text.substr(0, end) + " ...";
}

double milliseconds(const json& run, const char* key) {
  const auto found = run.find(key);
  return found != run.end() && found->is_number() ? found->get<double>() : 0;
}

std::string ending(const json& run) {
  if (!run.is_object()) return words(run);
  const std::string reason = field(run, "reason");
  if (!reason.empty()) return reason;
  return "pause " + duration(milliseconds(run, "pause_ms")) + ", " +
         duration(milliseconds(run, "duration_ms")) + " in all";
}

// Whatever an event has besides what every event has.
std::string more_of(const json& event) {
  std::string more;
  for (const char* run : {"last", "rehearsal"})
    if (event.contains(run)) more = ending(event[run]);
  for (const auto& [key, value] : event.items()) {
    const bool placed = std::find(kPlaced.begin(), kPlaced.end(), key) != kPlaced.end();
    if (placed || value == false || value.is_null() || words(value).empty()) continue;
    more += more.empty() ? "" : "; ";
    more += key == "reason" || key == "id" ? words(value) : key + ": " + words(value);
  }
  return shortened(more);
}

}  // namespace

std::vector<TrailLine> trail_of(const json& events) {
  std::vector<TrailLine> trail;
  if (!events.is_array()) return trail;
  for (auto e = events.rbegin(); e != events.rend() && trail.size() < kShown; ++e) {
    if (!e->is_object()) continue;
    const std::string verb = field(*e, "verb");
    trail.push_back({field(*e, "at"), field(*e, "site"),
                     field(*e, "event") + (verb.empty() ? "" : ": " + verb),
                     shortened(field(*e, "by")), more_of(*e)});
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

void write_trail(Html& h, const std::vector<TrailLine>& trail) {
  h.raw("<ol class=\"trail\" data-trail>\n");
  for (const TrailLine& t : trail) {
    h.raw("<li>");
    write_time(h, t.at);
    h.raw(" <b>").text(t.site).raw("</b> <strong>").text(t.what).raw("</strong> <span>");
    h.text(t.by).raw("</span> <span class=\"more\">").text(t.more).raw("</span></li>\n");
  }
  h.raw("</ol>\n");
}

}  // namespace cutover
