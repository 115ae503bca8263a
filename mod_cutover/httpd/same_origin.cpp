// SPDX-License-Identifier: Apache-2.0
#include "mod_cutover/httpd/same_origin.h"

#include <apr_uri.h>
#include <arpa/inet.h>
#include <http_vhost.h>

#include "mod_cutover/httpd/retained.h"

namespace cutover {
namespace {

struct Authority {
  std::string host;
  apr_port_t port = 0;

  friend bool operator==(const Authority&, const Authority&) = default;
};

Authority authority_of(request_rec* r, const char* url) {
  apr_uri_t uri{};
  if (apr_uri_parse(r->pool, url, &uri) != APR_SUCCESS || uri.hostname == nullptr) return {};
  apr_port_t port = uri.port;
  if (port == 0 && uri.scheme != nullptr) port = apr_uri_port_of_scheme(uri.scheme);
  char* host = apr_pstrdup(r->pool, uri.hostname);
  ap_str_tolower(host);
  return {host, port};
}

// As the Host header says it. Its scheme is not known for sure (a proxy in front may have taken
// TLS off), so without a port it is taken to have the one of whatever it is compared with.
Authority own_authority(request_rec* r, apr_port_t port_of_the_other) {
  const char* host = apr_table_get(r->headers_in, "Host");
  if (host == nullptr) return {};
  Authority own = authority_of(r, apr_pstrcat(r->pool, "none://", host, nullptr));
  if (own.port == 0 && (port_of_the_other == 80 || port_of_the_other == 443))
    own.port = port_of_the_other;
  return own;
}

// A name that anybody can point at this address (DNS rebinding) makes a foreign page look like our
// own: only names that this vhost has itself, and addresses, will do.
bool is_our_name(request_rec* r, const Authority& authority) {
  in_addr four{};
  in6_addr six{};
  return authority.host == "localhost" ||
         ::inet_pton(AF_INET, authority.host.c_str(), &four) == 1 ||
         ::inet_pton(AF_INET6, authority.host.c_str(), &six) == 1 ||
         ap_matches_request_vhost(r, authority.host.c_str(), r->server->port) != 0;
}

}  // namespace

std::string foreign_origin(request_rec* r) {
  const char* fetch_site = apr_table_get(r->headers_in, "Sec-Fetch-Site");
  if (fetch_site != nullptr && std::string(fetch_site) != "same-origin")
    return "it was sent by another site's page";
  const char* origin = apr_table_get(r->headers_in, "Origin");
  if (origin == nullptr) origin = apr_table_get(r->headers_in, "Referer");
  if (origin == nullptr) return "it has neither Origin nor Referer; use the page's own buttons";
  const Authority sender = authority_of(r, origin);
  if (sender.host.empty() || !(sender == own_authority(r, sender.port)))
    return "it was sent by another site's page";
  if (!is_our_name(r, sender))
    return "this httpd does not know itself as " + sender.host +
           "; add it as ServerName or ServerAlias, or use the address";
  return {};
}

std::string form_secret() {
  constexpr char kDigits[] = "0123456789abcdef";
  std::string text;
  const Retained* kept = retained();
  if (kept == nullptr) return text;
  for (const unsigned char byte : kept->secret) {
    text += kDigits[byte >> 4];
    text += kDigits[byte & 15];
  }
  return text;
}

bool is_form_secret(const std::string& given) {
  const std::string right = form_secret();
  if (right.empty() || given.size() != right.size()) return false;
  unsigned char differences = 0;
  for (std::size_t i = 0; i < right.size(); ++i)
    differences |= static_cast<unsigned char>(right[i] ^ given[i]);
  return differences == 0;
}

}  // namespace cutover
