// SPDX-License-Identifier: Apache-2.0
#include "shared/pages/redirect.h"

#include <algorithm>

namespace cutover {
namespace {

// Up to the path: http://shop.example.com:8080
std::string base_of(const std::string& url) {
  const std::size_t host = url.find("://");
  if (host == std::string::npos) return {};
  return url.substr(0, url.find_first_of("/?#", host + 3));
}

std::string lower(std::string text) {
  for (char& c : text)
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
  return text;
}

// Without the port that the scheme has by itself.
std::string plain(std::string base) {
  base = lower(std::move(base));
  for (const auto& [scheme, port] : {std::pair{"http://", ":80"}, {"https://", ":443"}})
    if (base.starts_with(scheme) && base.ends_with(port))
      base.resize(base.size() - std::string(port).size());
  return base;
}

std::string absolute(const std::string& location, const std::string& path, const Front& front) {
  if (!base_of(location).empty()) return location;
  if (location.starts_with("//")) return (front.tls ? "https:" : "http:") + location;
  if (location.starts_with('/')) return front.base() + location;
  const std::string folder = path.substr(0, path.find_first_of("?#"));
  if (location.starts_with('?')) return front.base() + folder + location;
  return front.base() + folder.substr(0, folder.rfind('/') + 1) + location;
}

}  // namespace

Place place_of(const std::string& location, const std::string& path, const Front& front,
               const std::string& new_host) {
  if (location.empty()) return {};
  const std::string url = absolute(location, path, front);
  const std::string base = base_of(url);
  const std::size_t query = std::min(url.find_first_of("?#", base.size()), url.size());
  Place place{url.substr(base.size(), query - base.size()), url.substr(query)};
  if (place.path.empty()) place.path = "/";
  if (plain(base) == plain(front.base())) return place;
  place.names_new_host = plain(base) == plain(base_of(new_host));
  if (!place.names_new_host) place.path = base + place.path;
  return place;
}

}  // namespace cutover
