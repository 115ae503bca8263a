// SPDX-License-Identifier: Apache-2.0
#include "mod_cutover/httpd/preview/cookie.h"

#include <algorithm>

#include "shared/words/same_secret.h"

namespace cutover {
namespace {

constexpr std::string_view kBlanks = " \t";

std::string_view trimmed(std::string_view text) {
  text.remove_prefix(std::min(text.find_first_not_of(kBlanks), text.size()));
  return text.substr(0, text.find_last_not_of(kBlanks) + 1);
}

std::string_view unquoted(std::string_view value) {
  const bool quoted = value.size() >= 2 && value.front() == '"' && value.back() == '"';
  return quoted ? value.substr(1, value.size() - 2) : value;
}

}  // namespace

TakenCookie take_cookie(std::string_view header, std::string_view name, std::string_view value) {
  TakenCookie taken;
  if (header.find(name) == header.npos) return taken;  // nearly always
  for (std::size_t begin = 0; begin <= header.size();) {
    const std::size_t end = std::min(header.find_first_of(";,", begin), header.size());
    const std::string_view pair = trimmed(header.substr(begin, end - begin));
    if (pair.starts_with(name) && pair.substr(name.size()).starts_with('=')) {
      taken.found = true;
      if (same_secret(value, unquoted(trimmed(pair.substr(name.size() + 1))))) taken.right = true;
    } else {
      // As it stands, with what parts it from the one before.
      const std::size_t from = taken.rest.empty() ? begin : begin - 1;
      taken.rest += header.substr(from, end - from);
    }
    begin = end + 1;
  }
  taken.rest = trimmed(taken.rest);
  return taken;
}

}  // namespace cutover
