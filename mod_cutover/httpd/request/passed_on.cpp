// SPDX-License-Identifier: Apache-2.0
#include "mod_cutover/httpd/request/passed_on.h"

#include <strings.h>

#include <algorithm>
#include <array>

namespace cutover {
namespace {

constexpr std::array<std::string_view, 8> kNames{
    "Forwarded",      "Via",       "X-Real-IP",       "X-Client-IP", "X-Cluster-Client-IP",
    "True-Client-IP", "X-Varnish", "Fastly-Client-IP"};
constexpr std::array<std::string_view, 2> kFamilies{"X-Forwarded", "CF-"};

bool begins(std::string_view header, std::string_view with) {
  return header.size() >= with.size() &&
         ::strncasecmp(header.data(), with.data(), with.size()) == 0;
}

}  // namespace

bool comes_from(Side side, std::string_view client, std::string_view local,
                const std::vector<std::string>& new_addresses) {
  if (side == Side::kNew) return std::ranges::find(new_addresses, client) != new_addresses.end();
  return client == local || client == "::1" || client.starts_with("127.");
}

bool tells_of_a_front(std::string_view header) {
  const auto is = [&](std::string_view name) {
    return header.size() == name.size() && begins(header, name);
  };
  return std::ranges::any_of(kNames, is) ||
         std::ranges::any_of(kFamilies, [&](std::string_view one) { return begins(header, one); });
}

}  // namespace cutover
