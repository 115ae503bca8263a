// SPDX-License-Identifier: Apache-2.0
// What is so of a site at one moment, by name. An element of the page says when it is to be seen
// (data-when) and what it shows (data-text); facts.js works out the same names from status.json, so
// that no sentence of the page stands in two places; tests/page compares the two.
#pragma once

#include <map>
#include <set>
#include <string>
#include <string_view>

#include "mod_cutover/httpd/page/html/html.h"
#include "shared/figures/history.h"
#include "shared/figures/snapshot.h"

namespace cutover {

// What a snapshot does not know of the site.
struct Surroundings {
  bool coordinator = false;               // one answers
  bool control = false;                   // CutoverPageControl
  const HistorySample* newest = nullptr;  // of its history, which only a coordinator goes on with
  double limit_ms = 0;                    // CutoverHoldTimeout
};

struct Facts {
  std::set<std::string, std::less<>> so;
  std::map<std::string, std::string, std::less<>> texts;
};

Facts facts_of(const Snapshot& site, const Surroundings& around);

// Writes the attributes of elements that follow the facts.
class Bound {
 public:
  Bound(Html& html, const Facts& facts) : html_(html), facts_(facts) {}

  // ` data-when="NAME"`, and `hidden` where it is not so.
  template <std::size_t size>
  Html& when(const char (&name)[size]) {
    html_.raw(" data-when=\"").raw(name).raw("\"");
    if (!facts_.so.contains(std::string_view(name))) html_.raw(" hidden");
    return html_;
  }

  // ` data-text="NAME">` and the text.
  Html& text(std::string_view name) {
    html_.raw(" data-text=\"").text(name).raw("\">");
    const auto found = facts_.texts.find(name);
    return html_.text(found == facts_.texts.end() ? std::string_view() : found->second);
  }

 private:
  Html& html_;
  const Facts& facts_;
};

}  // namespace cutover
