// SPDX-License-Identifier: Apache-2.0
#include "mod_cutover/httpd/page/origin.h"

#include <apr_strings.h>
#include <arpa/inet.h>

#include <algorithm>
#include <string_view>

namespace cutover {
namespace {

std::string lower(std::string text) {
  std::transform(text.begin(), text.end(), text.begin(),
                 [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c; });
  return text;
}

// APR passes over whatever stands between an address's bracket and the port, takes a port with a
// sign or blanks in front, and cuts one that is too large.
bool well_formed(const apr_uri_t& uri) {
  const std::string_view info = uri.hostinfo;
  const std::size_t bracket = info.find(']');
  if (bracket != info.npos && bracket + 1 < info.size() && info[bracket + 1] != ':') return false;
  const std::string_view port = uri.port_str == nullptr ? "" : uri.port_str;
  return port.empty() || port == std::to_string(uri.port);
}

Authority authority_in(const apr_uri_t& uri) {
  if (uri.hostname == nullptr || uri.hostinfo == nullptr || !well_formed(uri)) return {};
  if (uri.user != nullptr || uri.password != nullptr) return {};
  return {lower(uri.hostname), uri.port};
}

// An app's own scheme can have any host, this one included: only the web's are compared.
Authority authority_of(apr_pool_t* pool, const char* url) {
  apr_uri_t uri{};
  if (apr_uri_parse(pool, url, &uri) != APR_SUCCESS || uri.scheme == nullptr) return {};
  const std::string scheme = lower(uri.scheme);
  if (scheme != "http" && scheme != "https") return {};
  Authority sender = authority_in(uri);
  if (sender.port == 0) sender.port = scheme == "http" ? 80 : 443;
  return sender;
}

// Its scheme is not known for sure (a proxy in front may have taken TLS off), so without a port it
// is taken to have the usual one of whatever it is compared with.
Authority own_authority(apr_pool_t* pool, const char* host_header, apr_port_t port_of_the_other) {
  apr_uri_t uri{};
  const char* url = apr_pstrcat(pool, "none://", host_header, nullptr);
  if (apr_uri_parse(pool, url, &uri) != APR_SUCCESS) return {};
  Authority own = authority_in(uri);
  if (own.port == 0 && (port_of_the_other == 80 || port_of_the_other == 443))
    own.port = port_of_the_other;
  return own;
}

}  // namespace

Authority own_sender(apr_pool_t* pool, const char* sender, const char* host_header) {
  if (sender == nullptr || host_header == nullptr) return {};
  const Authority theirs = authority_of(pool, sender);
  if (theirs.host.empty() || !(theirs == own_authority(pool, host_header, theirs.port))) return {};
  return theirs;
}

bool cannot_be_rebound(const std::string& host) {
  in_addr four{};
  in6_addr six{};
  return host == "localhost" || ::inet_pton(AF_INET, host.c_str(), &four) == 1 ||
         ::inet_pton(AF_INET6, host.c_str(), &six) == 1;
}

}  // namespace cutover
