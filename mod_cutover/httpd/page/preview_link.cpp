// SPDX-License-Identifier: Apache-2.0
#include "mod_cutover/httpd/page/preview_link.h"

#include <cstring>

#include "mod_cutover/httpd/worker/decision.h"

namespace cutover {
namespace {

constexpr std::string_view kBegin = "preview";
constexpr std::string_view kEnd = "end-preview";

const Site* site_here(request_rec* r) {
  const Site* site = config_of(r->server).site;
  return site != nullptr && site->preview && site->settings.page_control ? site : nullptr;
}

}  // namespace

OfferedPreview offered_preview(request_rec* r) {
  const Site* site = site_here(r);
  if (site == nullptr) return {};
  const Decision* decision = decision_of(r);
  return {site->settings.name, decision != nullptr && decision->sent_preview};
}

bool is_of_preview(const PageCommand& command) {
  return command.verb == kBegin || command.verb == kEnd;
}

// What the browser has kept of the site is the other host's, too.
int change_preview(request_rec* r, const std::string& base, const PageCommand& command) {
  const Site* site = site_here(r);
  if (site == nullptr || site->settings.name != command.site) return HTTP_NOT_FOUND;
  std::string cookie = site->preview->name + "=";
  cookie += command.verb == kBegin ? site->preview->value : "; Max-Age=0";
  cookie += "; Path=/; HttpOnly; SameSite=Lax";
  if (std::strcmp(ap_http_scheme(r), "https") == 0) cookie += "; Secure";
  apr_table_add(r->err_headers_out, "Set-Cookie", cookie.c_str());
  apr_table_setn(r->err_headers_out, "Clear-Site-Data", "\"cache\"");
  apr_table_setn(r->headers_out, "Location", apr_pstrdup(r->pool, (base + "/").c_str()));
  return HTTP_SEE_OTHER;
}

}  // namespace cutover
