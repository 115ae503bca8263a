// SPDX-License-Identifier: Apache-2.0
// From where the application comes to a server, and whether an account lets it in.
#include "mod_cutover/cutoverd/databases/checks/accounts/client_place.h"

#include <arpa/inet.h>

#include <array>
#include <charconv>
#include <optional>

namespace cutover {
namespace {

std::optional<std::uint32_t> as_ipv4(const std::string& text) {
  in_addr address{};
  if (::inet_pton(AF_INET, text.c_str(), &address) != 1) return std::nullopt;
  return ntohl(address.s_addr);
}

bool is_address(const std::string& text) {
  std::array<unsigned char, sizeof(in6_addr)> any{};
  return as_ipv4(text) || ::inet_pton(AF_INET6, text.c_str(), any.data()) == 1;
}

bool is_this_machine(const std::string& host) {
  return host.empty() || host == "localhost" || host == "::1" || host.starts_with("127.");
}

// 10.0.0.0/255.255.255.0, or /24.
std::optional<std::uint32_t> mask_in(const std::string& text) {
  if (auto mask = as_ipv4(text)) return mask;
  unsigned bits = 0;
  const char* end = text.data() + text.size();
  const auto [stop, error] = std::from_chars(text.data(), end, bits);
  if (error != std::errc{} || stop != end || bits > 32) return std::nullopt;
  return bits == 0 ? 0 : ~std::uint32_t{0} << (32 - bits);
}

bool looks_like_addresses(const std::string& host) {
  return host.find_first_not_of("0123456789.%_/:") == std::string::npos ||
         (host.find(':') != std::string::npos &&
          host.find_first_not_of("0123456789abcdefABCDEF:.%_/") == std::string::npos);
}

bool address_matches(const std::string& host, const std::string& address) {
  const std::size_t slash = host.find('/');
  if (slash == std::string::npos) return schema_matches(host, address);
  const auto net = as_ipv4(host.substr(0, slash));
  const auto mask = mask_in(host.substr(slash + 1));
  const auto one = as_ipv4(address);
  return net && mask && one && (*one & *mask) == (*net & *mask);
}

// As far as it is connected to the leaving server just now.
bool comes_over_tcp(Scene& scene) {
  const Result r =
      scene.ask(scene.leaving, "SELECT COUNT(*) FROM information_schema.processlist WHERE " +
                                   by_users(app_users(scene)) + " AND HOST LIKE '%:%'");
  return r.ok() && r.rows.at(0, 0) != "0";
}

}  // namespace

std::string host_of_url(const std::string& url) {
  const std::size_t scheme = url.find("://");
  if (scheme == std::string::npos || url.starts_with("balancer:")) return {};
  const std::string rest = url.substr(scheme + 3);
  if (rest.starts_with('[')) return rest.substr(1, rest.find(']') - 1);
  return rest.substr(0, rest.find_first_of(":/"));
}

ClientPlace application_on(Scene& scene, Server& server) {
  ClientPlace place;
  const std::string& database = server.options().host;
  if (server.side() == Side::kNew) {
    place.address = host_of_url(scene.site.new_host);
  } else {
    // The application on the old host comes from where this coordinator does.
    const Result r = scene.ask(server, "SELECT SUBSTRING_INDEX(USER(), '@', -1)");
    if (r.ok()) place.address = r.rows.at(0, 0).value_or("");
  }
  if (is_this_machine(place.address) && !is_this_machine(database)) place.address.clear();
  // A tunnel's end tells nothing of where the server is; two names may be one machine.
  place.local = is_this_machine(database) || is_this_machine(place.address) ||
                database == place.address || !is_address(database) || !is_address(place.address);
  place.without_names = scene.is_on(server, {"skip_name_resolve"}) && comes_over_tcp(scene);
  return place;
}

bool is_from(const std::string& host, const ClientPlace& place) {
  return host.empty() || host == "localhost" || host == "127.0.0.1" || host == "::1" ||
         host == place.address || !is_address(place.address);
}

LetsIn lets_in(const std::string& host, const ClientPlace& place) {
  if (host.empty() || host == "%") return LetsIn::kYes;
  const bool is_name = !looks_like_addresses(host);
  if (is_name && place.without_names) return LetsIn::kNo;
  if (is_this_machine(host)) return place.local ? LetsIn::kYes : LetsIn::kNo;
  if (is_name || !is_address(place.address)) return LetsIn::kMaybe;
  return address_matches(host, place.address) ? LetsIn::kYes : LetsIn::kNo;
}

}  // namespace cutover
