// SPDX-License-Identifier: Apache-2.0
// Snapshots over the control socket: read as they stand or refused, and nothing unknown is shown as
// fine.
#include <cmath>

#include "mod_cutover/wire/snapshot_json.h"
#include "tests/fuzz/wire_json.h"

namespace cutover::fuzz {
namespace {

using nlohmann::json;

void shows_no_more_than_it_knows(const Snapshot& s) {
  for (const Figure& figure : figures()) {
    const double value = figure.get(s);
    const std::string key = figure.key;
    if (key == "lag_ms") promise(s.lag_ms.has_value() || std::isnan(value), "no lag is no number");
    if (key == "gate_open") promise((value == 1.0) == s.gate.open, "the gate is as it was told");
    if (key == "in_doubt") promise((value == 1.0) == !s.doubt.empty(), "doubt is not lost");
  }
  const std::string text = render_text(s);
  if (s.databases && !s.lag_ms)
    promise(text.find("unknown") != std::string::npos, "an unknown lag is called unknown");
  if (!s.doubt.empty()) promise(text.find("IN DOUBT") != std::string::npos, "doubt is shown");
}

// Without what is worked out anew, and what an older trail's run or an older coordinator does not
// have.
void leave_what_was_told(json& printed, const json& told) {
  for (const char* made : {"balanced", "questions"}) printed.erase(made);
  if (printed["forecast"].is_object())
    for (const char* made : {"total_ms", "words"}) printed["forecast"].erase(made);
  for (const char* word : {"armed", "disarmed"})
    if (printed[word].is_object()) printed[word].erase("words");
  if (!told["gate"].contains("notes")) printed["gate"].erase("notes");
  for (const char* run : {"last", "rehearsal"})
    for (const char* later :
         {"lost", "rehearsal", "slowest", "left_behind", "closed", "left_open", "busy"})
      if (printed[run].is_object() && !told[run].contains(later)) printed[run].erase(later);
}

}  // namespace

void snapshot_json(std::string_view input) {
  const json told = json_of(input);
  if (told.is_discarded()) return;
  Snapshot snapshot;
  try {
    snapshot = snapshot_from(told);
  } catch (const json::exception&) {
    return;
  }
  json printed = to_json(snapshot);
  promise(to_json(snapshot_from(printed)) == printed, "printed and read again, it is the same");
  leave_what_was_told(printed, told);
  came_from(printed, told, "");
  shows_no_more_than_it_knows(snapshot);
}

}  // namespace cutover::fuzz

CUTOVER_FUZZER(snapshot_json)
