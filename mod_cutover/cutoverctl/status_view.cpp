// SPDX-License-Identifier: Apache-2.0
#include "mod_cutover/cutoverctl/status_view.h"

#include <iostream>

#include "mod_cutover/cutoverctl/verify_view.h"
#include "mod_cutover/wire/snapshot_json.h"
#include "shared/words/times.h"

namespace cutover {
namespace {

using nlohmann::json;

void print_line(const std::string& when, const Snapshot& s) {
  std::cout << when << " " << s.site << " side=" << s.side << " phase=" << s.phase
            << " gate=" << (s.gate.open ? "open" : "closed") << " lag_ms=";
  if (s.lag_ms)
    std::cout << *s.lag_ms;
  else
    std::cout << "unknown";
  std::cout << " in_flight=" << s.counts.in_flight << " held=" << s.counts.held_now
            << " old=" << s.counts.served[0] << " new=" << s.counts.served[1] << "\n";
}

}  // namespace

void print_status(const json& result) {
  const json& sites = result.at("sites");
  if (sites.empty()) std::cout << "no site is configured: there is no <CutoverSite>\n";
  for (const json& site : sites) {
    std::cout << render_text(snapshot_from(site));
    if (site.contains("verify"))
      print_verify_status(site["verify"]);  // not of an older coordinator
  }
}

void print_watch(const Terminal& terminal, const json& result) {
  const std::string when = now_utc();
  if (terminal.interactive) {
    std::cout << "\x1b[H\x1b[J" << terminal.paint(Colour::kQuiet, when + "  (Ctrl-C leaves)")
              << "\n";
    print_status(result);
  } else {
    for (const json& site : result.at("sites")) print_line(when, snapshot_from(site));
  }
  std::cout << std::flush;
}

}  // namespace cutover
