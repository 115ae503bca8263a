// SPDX-License-Identifier: Apache-2.0
#include "mod_cutover/httpd/page/same_origin.h"

#include <http_vhost.h>

#include "mod_cutover/httpd/page/origin.h"
#include "mod_cutover/httpd/parent/retained.h"
#include "shared/words/same_secret.h"

namespace cutover {
namespace {

// A name that anybody can point at this address (DNS rebinding) makes a foreign page look like our
// own: only names that this vhost has itself, and addresses, will do.
bool is_our_name(request_rec* r, const std::string& host) {
  return cannot_be_rebound(host) || ap_matches_request_vhost(r, host.c_str(), r->server->port) != 0;
}

}  // namespace

std::string foreign_origin(request_rec* r) {
  const char* fetch_site = apr_table_get(r->headers_in, "Sec-Fetch-Site");
  if (fetch_site != nullptr && std::string(fetch_site) != "same-origin")
    return "it was sent by another site's page";
  const char* origin = apr_table_get(r->headers_in, "Origin");
  if (origin == nullptr) origin = apr_table_get(r->headers_in, "Referer");
  if (origin == nullptr) return "it has neither Origin nor Referer; use the page's own buttons";
  const Authority sender = own_sender(r->pool, origin, apr_table_get(r->headers_in, "Host"));
  if (sender.host.empty()) return "it was sent by another site's page";
  if (!is_our_name(r, sender.host))
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

bool is_form_secret(const std::string& given) { return same_secret(form_secret(), given); }

}  // namespace cutover
