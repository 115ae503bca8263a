// SPDX-License-Identifier: Apache-2.0
#include "mod_cutover/cutoverd/databases/checks/objects/compare.h"

#include <algorithm>
#include <cctype>
#include <unordered_map>

#include "shared/words/phrases.h"

namespace cutover {
namespace {

constexpr std::size_t kShown = 3;
constexpr std::size_t kLongest = 60;

using Index = std::unordered_map<std::string, std::size_t>;

Index index_of(const Rows& rows) {
  Index index;
  index.reserve(rows.size());
  for (std::size_t i = 0; i < rows.size(); ++i) index.emplace(rows.at(i, 0).value_or(""), i);
  return index;
}

void remove(std::string& text, std::string_view what) {
  for (std::size_t at = text.find(what); at != std::string::npos; at = text.find(what, at))
    text.erase(at, what.size());
}

// "int(11) unsigned" and "int unsigned".
void remove_widths(std::string& text) {
  for (std::size_t open = text.find("int("); open != std::string::npos;
       open = text.find("int(", open)) {
    const std::size_t close = text.find(')', open);
    if (close == std::string::npos) return;
    text.erase(open + 3, close + 1 - (open + 3));
  }
}

std::string plain(std::string_view heading, std::string text) {
  std::transform(text.begin(), text.end(), text.begin(),
                 [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
  if (heading == "collation")
    for (std::size_t at; (at = text.find("utf8mb3")) != std::string::npos;) text.erase(at + 4, 3);
  if (heading == "type") remove_widths(text);
  if (heading != "default" && heading != "extra") return text;
  remove(text, "default_generated");
  remove(text, "()");
  remove(text, "'");
  remove(text, " ");
  return text;
}

// "type int, not bigint"; of a text, or its digest, only that it is another one.
std::string told(std::string heading, const std::optional<std::string>& his,
                 const std::optional<std::string>& here) {
  if (heading.ends_with('?')) heading.pop_back();
  if ((his && his->size() > kLongest) || (here && here->size() > kLongest))
    return "another " + heading;
  return heading + " " + his.value_or("none") + ", not " + here.value_or("none");
}

bool is_slight(const std::vector<std::string_view>& slight, std::string_view heading) {
  return std::find(slight.begin(), slight.end(), heading) != slight.end();
}

}  // namespace

bool same_meaning(std::string_view heading, const std::string& a, const std::string& b) {
  return a == b || plain(heading, a) == plain(heading, b);
}

Differences compare(const Rows& first, const Rows& second,
                    const std::vector<std::string_view>& slight) {
  Differences out;
  const Index there = index_of(second);
  std::size_t met = 0;
  for (std::size_t i = 0; i < first.size(); ++i) {
    const std::string name = first.at(i, 0).value_or("");
    const auto found = there.find(name);
    if (found == there.end()) {
      out.missing.push_back(name);
      continue;
    }
    ++met;
    bool grave = false;
    std::vector<std::string> what;
    for (std::size_t c = 1; c < first.columns().size(); ++c) {
      const auto here = first.at(i, c);
      const auto his = second.at(found->second, c);
      const std::string& heading = first.columns()[c];
      if ((!here || !his) && heading.ends_with('?')) continue;
      if (here == his || same_meaning(heading, here.value_or("NULL"), his.value_or("NULL")))
        continue;
      grave = grave || !is_slight(slight, heading);
      what.push_back(told(heading, his, here));
    }
    if (!what.empty()) (grave ? out.grave : out.slight).push_back(name + ": " + joined(what));
  }
  if (met == there.size()) return out;
  const Index here = index_of(first);
  for (std::size_t i = 0; i < second.size(); ++i)
    if (std::string name = second.at(i, 0).value_or(""); !here.contains(name))
      out.alone.push_back(std::move(name));
  return out;
}

void leave_out(std::vector<std::string>& names, const std::unordered_set<std::string>& owners) {
  if (owners.empty()) return;
  std::erase_if(names, [&](const std::string& name) {
    return owners.contains(name.substr(0, name.rfind('.')));
  });
}

std::string some(const std::vector<std::string>& names) {
  const std::size_t most = std::min(names.size(), kShown);
  std::string text;
  for (std::size_t i = 0; i < most; ++i) text += (i > 0 ? "; " : "") + names[i];
  if (names.size() > most) text += "; and " + std::to_string(names.size() - most) + " more";
  return text;
}

}  // namespace cutover
