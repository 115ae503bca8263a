// SPDX-License-Identifier: Apache-2.0
#include "shared/protocol/file_position.h"

#include <algorithm>
#include <charconv>

namespace cutover {
namespace {

constexpr std::string_view kMark = "file:";

constexpr std::uint64_t kFar = 16 << 20;

constexpr std::string_view kPlain =
    "0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ._-";

bool is_plain(std::string_view text) {
  return !text.empty() && text.find_first_not_of(kPlain) == std::string_view::npos;
}

std::optional<std::uint64_t> number(std::string_view text) {
  std::uint64_t value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (text.empty() || error != std::errc{} || end != text.data() + text.size()) return std::nullopt;
  return value;
}

// "old-bin.000007" is number 7 of "old-bin".
std::optional<std::uint64_t> number_of(std::string_view file, std::string_view& base) {
  const std::size_t dot = file.rfind('.');
  if (dot == std::string_view::npos) return std::nullopt;
  base = file.substr(0, dot);
  return number(file.substr(dot + 1));
}

std::optional<ServerPlace> place_in(std::string_view text) {
  const std::size_t at = text.find('@');
  const std::size_t colon = text.rfind(':');
  if (at == std::string_view::npos || colon == std::string_view::npos || colon < at)
    return std::nullopt;
  const std::string_view server = text.substr(0, at);
  const std::string_view file = text.substr(at + 1, colon - at - 1);
  const auto offset = number(text.substr(colon + 1));
  if (!is_plain(server) || !is_plain(file) || !offset) return std::nullopt;
  return ServerPlace{std::string(server), {std::string(file), *offset}};
}

auto find(Places& places, const std::string& server) {
  return std::find_if(places.begin(), places.end(),
                      [&](const ServerPlace& p) { return p.server == server; });
}

}  // namespace

std::partial_ordering operator<=>(const LogPlace& a, const LogPlace& b) {
  if (a.file == b.file) return a.offset <=> b.offset;
  std::string_view base_a;
  std::string_view base_b;
  const auto number_a = number_of(a.file, base_a);
  const auto number_b = number_of(b.file, base_b);
  if (!number_a || !number_b || base_a != base_b || *number_a == *number_b)
    return std::partial_ordering::unordered;
  return *number_a <=> *number_b;
}

bool is_by_file(std::string_view position) { return position.starts_with(kMark); }

Places places_in(std::string_view position) {
  Places places;
  if (!is_by_file(position)) return places;
  for (std::size_t start = kMark.size(); start <= position.size();) {
    const std::size_t end = std::min(position.find(',', start), position.size());
    auto place = place_in(position.substr(start, end - start));
    if (!place) return {};
    places.push_back(std::move(*place));
    start = end + 1;
  }
  return places;
}

Position by_file(const Places& places) {
  Position text;
  for (const ServerPlace& p : places) {
    if (!is_plain(p.server) || !is_plain(p.place.file)) return {};
    text += text.empty() ? kMark : ",";
    text += p.server + "@" + p.place.file + ":" + std::to_string(p.place.offset);
  }
  return text;
}

std::optional<LogPlace> place_of(const Position& position, const std::string& server) {
  Places places = places_in(position);
  const auto found = find(places, server);
  return found == places.end() ? std::nullopt : std::optional(found->place);
}

Position with_place(const Position& position, const ServerPlace& place) {
  Places places = places_in(position);
  if (const auto known = find(places, place.server); known != places.end())
    known->place = place.place;
  else
    places.push_back(place);
  return by_file(places);
}

Position own_place(const Position& position) {
  Places places = places_in(position);
  if (!places.empty()) places.resize(1);
  return by_file(places);
}

Position completed(const Position& position, const Position& more) {
  if (!is_by_file(position)) return position;
  Places places = places_in(position);
  for (const ServerPlace& p : places_in(more))
    if (find(places, p.server) == places.end()) places.push_back(p);
  return by_file(places);
}

Position furthest(const Position& position, const Position& other) {
  Places places = places_in(position);
  for (const ServerPlace& p : places_in(other)) {
    const auto known = find(places, p.server);
    if (known == places.end())
      places.push_back(p);
    else if (p.place > known->place)
      known->place = p.place;
  }
  return by_file(places);
}

bool stands_at(const Position& now, const Position& then) {
  if (!is_by_file(now)) return now == then;
  const Places places = places_in(now);
  return !places.empty() && place_of(then, places.front().server) == places.front().place;
}

bool goes_further(const Position& then, const Position& now) {
  if (now.empty() || now == then) return false;
  if (!is_by_file(then) || !is_by_file(now)) return true;
  for (const ServerPlace& next : places_in(now)) {
    const auto last = place_of(then, next.server);
    if (!last || last->file != next.place.file || next.place.offset - last->offset > kFar)
      return true;
  }
  return false;
}

}  // namespace cutover
