// SPDX-License-Identifier: Apache-2.0
#include "shared/protocol/reach.h"

#include <algorithm>
#include <array>
#include <cctype>
#include <charconv>
#include <optional>

namespace cutover {
namespace {

using Ipv4 = std::array<unsigned, 4>;

std::optional<Ipv4> ipv4(const std::string& text) {
  Ipv4 parts{};
  const char* at = text.data();
  const char* end = at + text.size();
  for (std::size_t i = 0; i < parts.size(); ++i) {
    if (i > 0 && (at == end || *at++ != '.')) return std::nullopt;
    const auto [stop, error] = std::from_chars(at, end, parts[i]);
    if (error != std::errc{} || parts[i] > 255) return std::nullopt;
    at = stop;
  }
  return at == end ? std::optional(parts) : std::nullopt;
}

Reach reach_of(const Ipv4& a) {
  if (a[0] == 127) return Reach::kLoopback;
  const bool own = a[0] == 10 || (a[0] == 172 && a[1] >= 16 && a[1] < 32) ||
                   (a[0] == 192 && a[1] == 168) || (a[0] == 169 && a[1] == 254);
  return own ? Reach::kPrivate : Reach::kAnywhere;
}

Reach reach_of_ipv6(const std::string& text) {
  if (text == "::1") return Reach::kLoopback;
  if (text.starts_with("::ffff:"))
    if (const auto mapped = ipv4(text.substr(7))) return reach_of(*mapped);
  unsigned first = 0;
  std::from_chars(text.data(), text.data() + text.size(), first, 16);
  const bool own = (first & 0xfe00U) == 0xfc00U || (first & 0xffc0U) == 0xfe80U;
  return own ? Reach::kPrivate : Reach::kAnywhere;
}

}  // namespace

Reach reach_of(const std::string& host) {
  std::string text = host;
  if (text.starts_with('[')) text = text.substr(1, text.find(']') - 1);
  std::ranges::transform(text, text.begin(),
                         [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
  if (text == "localhost") return Reach::kLoopback;
  if (const auto address = ipv4(text)) return reach_of(*address);
  return text.find(':') == std::string::npos ? Reach::kAnywhere : reach_of_ipv6(text);
}

}  // namespace cutover
