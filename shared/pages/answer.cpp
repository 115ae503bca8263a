// SPDX-License-Identifier: Apache-2.0
#include "shared/pages/answer.h"

#include <algorithm>

namespace cutover {
namespace {

std::string_view trimmed(std::string_view text) {
  constexpr std::string_view kBlanks = " \t";
  const std::size_t begin = std::min(text.find_first_not_of(kBlanks), text.size());
  text.remove_prefix(begin);
  return text.substr(0, text.find_last_not_of(kBlanks) + 1);
}

std::string lower(std::string_view text) {
  std::string out(text);
  for (char& c : out)
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
  return out;
}

// The next part up to a semicolon, which is taken away with it.
std::string_view next_part(std::string_view& text) {
  const std::size_t end = std::min(text.find(';'), text.size());
  const std::string_view part = trimmed(text.substr(0, end));
  text.remove_prefix(std::min(end + 1, text.size()));
  return part;
}

}  // namespace

CookieSet cookie_set(std::string_view header) {
  CookieSet set;
  const std::string_view first = next_part(header);
  set.name = trimmed(first.substr(0, first.find('=')));
  while (!header.empty()) {
    const std::string_view part = next_part(header);
    if (part.empty()) continue;
    const std::string name = lower(trimmed(part.substr(0, part.find('='))));
    const bool dated = name == "expires" || name == "max-age";
    // A path's case counts, and nothing else's.
    set.attributes.push_back(dated            ? name
                             : name == "path" ? name + std::string(part.substr(name.size()))
                                              : lower(part));
  }
  std::sort(set.attributes.begin(), set.attributes.end());
  return set;
}

}  // namespace cutover
