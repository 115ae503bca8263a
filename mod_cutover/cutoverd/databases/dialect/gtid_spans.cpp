// SPDX-License-Identifier: Apache-2.0
#include "mod_cutover/cutoverd/databases/dialect/gtid_spans.h"

#include <algorithm>
#include <cctype>
#include <charconv>
#include <iterator>
#include <limits>

#include "mod_cutover/cutoverd/databases/dialect/gtid_list.h"

namespace cutover {
namespace {

constexpr std::uint64_t kMost = std::numeric_limits<std::uint64_t>::max();

bool is_digit(char c) { return c >= '0' && c <= '9'; }

std::optional<std::uint64_t> number(std::string_view text) {
  std::uint64_t value = 0;
  const char* end = text.data() + text.size();
  const auto [stop, error] = std::from_chars(text.data(), end, value);
  if (error != std::errc{} || stop != end || value == 0) return std::nullopt;
  return value;
}

std::string_view next(std::string_view& text, char separator) {
  const std::size_t end = std::min(text.find(separator), text.size());
  const std::string_view part = text.substr(0, end);
  text.remove_prefix(std::min(end + 1, text.size()));
  return part;
}

// What a UUID and a tag are made of.
bool is_name(std::string_view text) {
  return !text.empty() && std::all_of(text.begin(), text.end(), [](unsigned char c) {
    return std::isalnum(c) != 0 || c == '-' || c == '_';
  });
}

std::string origin_of(const Gtid& g) {
  return std::to_string(g.domain) + "-" + std::to_string(g.server);
}

// UUID:1-5:7:TAG:3
bool add_member(GtidSpans& spans, std::string_view member) {
  const std::string uuid(next(member, ':'));
  if (!is_name(uuid) || member.empty()) return false;
  std::string origin = uuid;
  while (!member.empty()) {
    std::string_view part = next(member, ':');
    if (!part.empty() && !is_digit(part.front())) {
      if (!is_name(part) || member.empty()) return false;
      origin = uuid + ":" + std::string(part);
      continue;
    }
    const bool range = part.find('-') != std::string_view::npos;
    const auto first = number(next(part, '-'));
    const auto last = range ? number(part) : first;
    if (!first || !last || *last < *first) return false;
    spans.add(origin, *first, *last);
  }
  return true;
}

}  // namespace

std::optional<NumberedGtid> parse_gtid(std::string_view text) {
  if (const auto list = parse_gtids(text);
      list && list->size() == 1 && list->front().sequence > 0) {
    return NumberedGtid{origin_of(list->front()), list->front().sequence};
  }
  const std::size_t colon = text.rfind(':');
  if (colon == std::string_view::npos) return std::nullopt;
  const auto last = number(text.substr(colon + 1));
  std::string_view origin = text.substr(0, colon);
  if (!last) return std::nullopt;
  const std::string name(origin);
  const std::string_view uuid = next(origin, ':');
  if (!is_name(uuid) || (name.size() > uuid.size() && !is_name(origin))) return std::nullopt;
  return NumberedGtid{name, *last};
}

std::optional<GtidSpans> GtidSpans::up_to(std::string_view text) {
  const auto list = parse_gtids(text);
  if (!list) return std::nullopt;
  GtidSpans spans;
  for (const Gtid& g : *list) spans.add(origin_of(g), 1, g.sequence);
  return spans;
}

std::optional<GtidSpans> GtidSpans::of_set(std::string_view set) {
  std::string text(set);
  std::erase_if(text, [](unsigned char c) { return std::isspace(c) != 0; });
  GtidSpans spans;
  for (std::string_view rest = text; !rest.empty();) {
    if (!add_member(spans, next(rest, ','))) return std::nullopt;
  }
  return spans;
}

void GtidSpans::add(const std::string& origin, std::uint64_t first, std::uint64_t last) {
  if (last < first) return;
  auto& spans = spans_[origin];
  auto at = spans.upper_bound(first);
  if (at != spans.begin()) {
    const auto before = std::prev(at);
    if (before->second >= first || before->second + 1 == first) at = before;
  }
  while (at != spans.end() && (at->first <= last || (last < kMost && at->first == last + 1))) {
    first = std::min(first, at->first);
    last = std::max(last, at->second);
    at = spans.erase(at);
  }
  spans.emplace(first, last);
}

void GtidSpans::add(const GtidSpans& others) {
  for (const auto& [origin, spans] : others.spans_) {
    for (const auto& [first, last] : spans) add(origin, first, last);
  }
}

void GtidSpans::remove(const std::string& origin, std::uint64_t first, std::uint64_t last) {
  const auto found = spans_.find(origin);
  if (found == spans_.end() || last < first) return;
  auto& spans = found->second;
  auto at = spans.upper_bound(first);
  if (at != spans.begin() && std::prev(at)->second >= first) --at;
  while (at != spans.end() && at->first <= last) {
    const auto [begin, end] = *at;
    at = spans.erase(at);
    if (begin < first) spans.emplace(begin, first - 1);
    if (end > last) spans.emplace(last + 1, end);
  }
  if (spans.empty()) spans_.erase(found);
}

void GtidSpans::remove(const GtidSpans& others) {
  for (const auto& [origin, spans] : others.spans_) {
    for (const auto& [first, last] : spans) remove(origin, first, last);
  }
}

bool GtidSpans::contains(const NumberedGtid& gtid) const {
  const auto found = spans_.find(gtid.origin);
  if (found == spans_.end()) return false;
  const auto after = found->second.upper_bound(gtid.number);
  return after != found->second.begin() && std::prev(after)->second >= gtid.number;
}

bool GtidSpans::meets(const GtidSpans& others) const {
  GtidSpans rest = *this;
  rest.remove(others);
  return rest != *this;
}

bool GtidSpans::continues(const GtidSpans& earlier) const {
  return std::all_of(spans_.begin(), spans_.end(), [&](const auto& of) {
    const std::uint64_t last = earlier.last_of(of.first);
    return last > 0 && of.second.begin()->first > last;
  });
}

bool GtidSpans::falls_behind(const GtidSpans& others) const {
  return std::any_of(spans_.begin(), spans_.end(), [&](const auto& of) {
    return of.second.rbegin()->second < others.last_of(of.first);
  });
}

GtidSpans GtidSpans::those_of(const std::string& uuid) const {
  GtidSpans own;
  for (const auto& of : spans_)
    if (of.first == uuid || of.first.starts_with(uuid + ":")) own.spans_.insert(of);
  return own;
}

bool GtidSpans::all_from(const std::string& uuid) const { return those_of(uuid) == *this; }

std::uint64_t GtidSpans::span_begin(const NumberedGtid& gtid) const {
  const auto found = spans_.find(gtid.origin);
  if (found == spans_.end() || !contains(gtid)) return gtid.number;
  return std::prev(found->second.upper_bound(gtid.number))->first;
}

std::uint64_t GtidSpans::last_of(const std::string& origin) const {
  const auto found = spans_.find(origin);
  return found == spans_.end() ? 0 : found->second.rbegin()->second;
}

std::string GtidSpans::as_set() const {
  std::string text;
  for (const auto& [origin, spans] : spans_) {
    text += (text.empty() ? "" : ",") + origin;
    for (const auto& [first, last] : spans) {
      text += ":" + std::to_string(first) + (last > first ? "-" + std::to_string(last) : "");
    }
  }
  return text;
}

}  // namespace cutover
