// SPDX-License-Identifier: Apache-2.0
#include "mod_cutover/httpd/page/html/checks.h"

#include <algorithm>
#include <span>
#include <string>
#include <vector>

#include "mod_cutover/httpd/page/html/icons.h"

namespace cutover {
namespace {

using nlohmann::json;

std::string verdict_of(const json& check) { return check.value("verdict", "block"); }

// What each host says, in two columns; all of it is foreign text.
void write_sight(Html& h, const json& sight) {
  const std::string words = sight.value("words", "");
  const std::string by_old = sight.value("old", "");
  const std::string by_new = sight.value("new", "");
  if (!words.empty()) h.raw("<span>").text(words).raw("</span>");
  if (by_old.empty() && by_new.empty()) return;
  h.raw("<dl class=\"both\"><div><dt class=\"side old\">");
  write_old_shape(h);
  h.raw("old host</dt><dd>").text(by_old).raw("</dd></div><div><dt class=\"side new\">");
  write_new_shape(h);
  h.raw("new host</dt><dd>").text(by_new).raw("</dd></div></dl>");
}

void write_seen(Html& h, const json& check) {
  const json sights = check.value("sights", json::array());
  if (sights.empty()) h.raw("<span>").text(check.value("seen", "")).raw("</span>");
  for (const json& sight : sights) write_sight(h, sight);
}

void write(Html& h, const json& check) {
  const std::string verdict = verdict_of(check);
  h.raw("<li class=\"").text(verdict).raw("\">");
  if (verdict == "pass")
    write_yes(h);
  else if (verdict == "warn")
    write_warning(h);
  else
    write_no(h);
  h.raw("<strong>").text(verdict).raw("</strong> <b>").text(check.value("name", ""));
  h.raw("</b> ");
  write_seen(h, check);
  if (const std::string remedy = check.value("remedy", ""); !remedy.empty())
    h.raw(" <em>").text(remedy).raw("</em>");
  h.raw("</li>\n");
}

void write_group(Html& h, const std::string& group, std::span<const json> passed) {
  h.raw("<details>\n<summary>").text(group).raw(": ").text(std::to_string(passed.size()));
  h.text(passed.size() == 1 ? " check passes" : " checks pass").raw("</summary>\n");
  h.raw("<ul class=\"checks\">\n");
  for (const json& check : passed) write(h, check);
  h.raw("</ul>\n</details>\n");
}

}  // namespace

void write_checks(Html& h, const json& checks) {
  std::vector<json> passed;
  h.raw("<ul class=\"checks\">\n");
  for (const char* verdict : {"block", "warn"})
    for (const json& check : checks)
      if (verdict_of(check) == verdict) write(h, check);
  h.raw("</ul>\n");
  for (const json& check : checks)
    if (verdict_of(check) == "pass") passed.push_back(check);
  for (auto first = passed.begin(); first != passed.end();) {
    const std::string group = first->value("group", "");
    const auto end = std::stable_partition(
        first, passed.end(), [&](const json& check) { return check.value("group", "") == group; });
    write_group(h, group, {first, end});
    first = end;
  }
}

}  // namespace cutover
