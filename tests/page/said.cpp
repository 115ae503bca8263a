// SPDX-License-Identifier: Apache-2.0
// Prints what httpd says on the status page, as JSON: of each state what it decides and the card
// that it writes, and of figures, moments, checks and events the words. The tests beside it let the
// page's scripts say it of the same.
#include <chrono>
#include <cstdio>
#include <iostream>
#include <nlohmann/json.hpp>

#include "mod_cutover/httpd/page/html/checks.h"
#include "mod_cutover/httpd/page/html/site_card.h"
#include "mod_cutover/httpd/page/html/trail.h"
#include "mod_cutover/httpd/page/html/words.h"
#include "mod_cutover/wire/snapshot_json.h"
#include "tests/page/states.h"

namespace cutover::page {
namespace {

using nlohmann::json;

std::string dump(const json& j) { return j.dump(-1, ' ', false, json::error_handler_t::replace); }

// As it comes to the page: over the control socket, where what is no UTF-8 is replaced.
json over_the_wire(const json& j) { return json::parse(dump(j)); }

json said_of(const State& state, const Snapshot& site, bool control) {
  const HistorySample* newest = state.newest ? &*state.newest : nullptr;
  const Facts facts = facts_of(site, {state.coordinator, control, newest, kHoldLimitMs});
  SiteSettings settings;
  settings.name = site.site;
  settings.new_host = "http://10.0.0.2";
  settings.hold_timeout = Millis(static_cast<std::int64_t>(kHoldLimitMs));
  settings.page_control = control;
  const std::string base = "/cutover";
  const std::string secret = "0123";
  SiteCard card{site, {settings, base, secret}, state.coordinator, {}};
  if (newest != nullptr) card.history = {*newest};
  Html html;
  write_site(html, card);
  return {{"control", control}, {"so", facts.so}, {"texts", facts.texts}, {"card", html.take()}};
}

json said_of(const State& state) {
  const json site = over_the_wire(to_json(state.site));
  const Snapshot read = snapshot_from(site);
  json newest = nullptr;
  if (state.newest)
    newest = {{"old", state.newest->old_per_second}, {"new", state.newest->new_per_second}};
  return {{"name", state.name},
          {"site", site},
          {"coordinator", state.coordinator},
          {"newest", newest},
          {"said", {said_of(state, read, true), said_of(state, read, false)}}};
}

// Each with what it becomes.
template <typename Value>
json words(const std::vector<Value>& of, std::string (*words)(Value)) {
  json all = json::array();
  for (const Value& value : of) all.push_back({value, words(value)});
  return all;
}

std::vector<double> figures_to_word() {
  std::vector<double> all;
  for (int i = 0; i < 400; ++i) all.push_back(i * 0.05);  // with ties at each .25
  for (const double edge : {1000.0, 60'000.0, 120'000.0, 3'600'000.0})
    for (int i = -40; i <= 40; ++i) all.push_back(edge + i * 0.025 * edge / 1000);
  for (const double large : {1e6 + 0.25, 86'400'000.0, 1e12 + 0.25, 9e15}) all.push_back(large);
  return all;
}

std::string text_of_moment(std::string moment) { return clock_words(moment); }
std::string text_of_anybody(std::string text) { return harmless(text); }

std::string letter(int point) {
  char escaped[16];
  std::snprintf(escaped, sizeof escaped, "\"\\u%04x\"", static_cast<unsigned>(point));
  return json::parse(escaped).get<std::string>();
}

json formats() {
  const std::vector<double> figures = figures_to_word();
  const std::vector<std::string> moments = {
      "2026-02-03T04:05:06.789Z",
      "2026-02-03T04:05:06Z",
      "2026-02-03T04:05:06",
      "2026-02-03T04:05:06+01:00",
      "2026-02-03 04:05:06.789Z",
      "",
      "abcd-ef-ghTij:kl:mn.opqZ",
      "0000000000T000000000Z",
      "2026-02-03T04:05:06\n.Z",
      "Ten o'clockTen o'clockZ",
      "0123456789T\xc3\xa9\xc3\xa9\xc3\xa9\xc3\xa9\xc3\xa9 and moreZ"};
  std::vector<std::string> texts = {"", "as it is", "\xe2\x82\xac \xf0\x9f\x98\x80"};
  for (const auto& [first, last] : {std::pair{0, 0x100}, {0x600, 0x620}, {0x2000, 0x2070}})
    for (int point = first; point < last; ++point) texts.push_back("[" + letter(point) + "]");
  return {{"duration", words(figures, duration)},
          {"inMs", words(figures, in_ms)},
          {"rate", words(figures, rate)},
          {"figureInWords", words(figures, figure_words)},
          {"clockWords", words(moments, text_of_moment)},
          {"harmless", words(texts, text_of_anybody)}};
}

json checks() {
  Check probe{"probe", CheckVerdict::kWarn, "/account: old: ... | new: ...", "see <there>"};
  probe.sights = {{"/account"}, {"", "<b onclick=x>", "\x1b[2J"}, {"and 2 more"}, {"w", "", "n"}};
  json given = to_json(std::vector<Check>{{"lag", CheckVerdict::kPass, "3 ms", ""},
                                          probe,
                                          {"link", CheckVerdict::kBlock, "<i>", "mend it"},
                                          {"clock", CheckVerdict::kPass, "", ""}});
  given.push_back({{"name", "x"}, {"verdict", "pass"}, {"seen", "s"}, {"remedy", ""}});
  given.back()["sights"] = json::array();
  Html html;
  write_checks(html, given);
  return {{"given", given}, {"html", html.take()}};
}

json trail() {
  const std::vector<TrailLine> given = {
      {"2026-02-03T04:05:06.789Z", "shop", "switch", "root", "done"},
      {"no moment", "<b>", "", "\x1b[2J", "</li><script>"}};
  Html html;
  write_trail(html, given);
  return {{"given", to_json(given)}, {"html", html.take()}};
}

int print() {
  const auto now = std::chrono::system_clock::now().time_since_epoch();
  json all = json::array();
  for (const State& state : states(std::chrono::duration_cast<std::chrono::hours>(now).count()))
    all.push_back(said_of(state));
  std::cout << dump({{"now", std::chrono::duration_cast<std::chrono::milliseconds>(now).count()},
                     {"limit_ms", kHoldLimitMs},
                     {"states", all},
                     {"formats", formats()},
                     {"checks", checks()},
                     {"trail", trail()}})
            << "\n";
  return std::cout ? 0 : 1;
}

}  // namespace
}  // namespace cutover::page

int main() { return cutover::page::print(); }
