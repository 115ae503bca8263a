// SPDX-License-Identifier: Apache-2.0
#include "mod_cutover/httpd/page/handler.h"

#include <mod_status.h>

#include <charconv>
#include <cstring>
#include <optional>

#include "mod_cutover/httpd/page/html/assets.h"
#include "mod_cutover/httpd/page/html/site_card.h"
#include "mod_cutover/httpd/page/preview_link.h"
#include "mod_cutover/httpd/page/renderings.h"
#include "mod_cutover/httpd/page/same_origin.h"
#include "mod_cutover/httpd/page/sources/recorded.h"

namespace cutover {
namespace {

// On whatever is answered, errors included. Nothing is loaded but our own files, no text is ever
// taken for markup by a script, and nothing in the markup is taken for one.
void protect(request_rec* r) {
  const auto set = [r](const char* name, const char* value) {
    apr_table_setn(r->err_headers_out, name, value);
  };
  set("Content-Security-Policy",
      "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; "
      "connect-src 'self'; form-action 'self'; frame-ancestors 'none'; base-uri 'none'; "
      "require-trusted-types-for 'script'; trusted-types 'none'");
  set("X-Content-Type-Options", "nosniff");
  set("X-Frame-Options", "DENY");
  // Not "no-referrer": browsers then send forms without an Origin that could be checked.
  set("Referrer-Policy", "same-origin");
  set("Cache-Control", "no-store");
}

PagePath path_of(request_rec* r) {
  std::vector<std::string> locations;
  for (const PageLocation& page : config_of(r->server).pages)
    if (page.is_cutover && page.pattern == nullptr && !page.wildcard)
      locations.push_back(page.path);
  return page_path(r->uri, locations);
}

bool is_read_method(request_rec* r) { return r->method_number == M_GET; }  // HEAD is one of them

int not_allowed(request_rec* r, const char* method) {
  ap_allow_methods(r, REPLACE_ALLOW, method, nullptr);
  if (r->method_number != M_OPTIONS) return HTTP_METHOD_NOT_ALLOWED;
  apr_table_setn(r->headers_out, "Allow", std::strcmp(method, "GET") == 0 ? "GET, HEAD" : method);
  return send(r, "text/plain", "");
}

// Kept by the browser and asked for again each time: after an upgrade nobody has the old one.
int send_asset(request_rec* r, const Asset& asset) {
  apr_table_setn(r->err_headers_out, "Cache-Control", "no-cache");
  apr_table_setn(r->headers_out, "ETag", asset.etag.c_str());
  if (const int answer = ap_meets_conditions(r); answer != OK) return answer;
  return send(r, asset.type, asset.body);
}

// `since=MS` or nothing.
std::optional<std::int64_t> since_in(const char* arguments) {
  constexpr std::string_view kName = "since=";
  const std::string_view text = arguments == nullptr ? "" : arguments;
  if (text.empty()) return 0;
  if (!text.starts_with(kName)) return std::nullopt;
  std::int64_t since = 0;
  const char* end = text.data() + text.size();
  const auto [rest, error] = std::from_chars(text.data() + kName.size(), end, since);
  if (error != std::errc{} || rest != end || since < 0) return std::nullopt;
  return since;
}

int read_history(request_rec* r, const Global& global) {
  const auto since = since_in(r->args);
  if (!since) return HTTP_BAD_REQUEST;
  return send(r, "application/json", render_history(view_histories(global, *since)));
}

int read(request_rec* r, const PagePath& path) {
  const Global& global = *config_of(r->server).global;
  if (const Asset* asset = asset_at(path.rest)) return send_asset(r, *asset);
  if (path.rest == "/status.json")
    return send(r, "application/json", render_json(view_status(global)));
  if (path.rest == "/history.json") return read_history(r, global);
  if (path.rest == "/events.json")
    return send(r, "application/json", render_trail(view_trail(global)));
  if (path.rest == "/metrics")
    return send(r, "text/plain; version=0.0.4; charset=utf-8", render_metrics(view_status(global)));
  if (path.rest == "/" && r->args != nullptr && std::strcmp(r->args, "auto") == 0)
    return send(r, "text/plain; charset=utf-8", render_auto(view_status(global)));
  return send_page(r, path.base, nullptr);
}

}  // namespace

int send(request_rec* r, const char* type, std::string_view body) {
  ap_set_content_type(r, type);
  ap_set_content_length(r, static_cast<apr_off_t>(body.size()));
  if (r->header_only == 0) ap_rwrite(body.data(), static_cast<int>(body.size()), r);
  return OK;
}

int send_page(request_rec* r, const std::string& base, const Notice* notice) {
  const Global& global = *config_of(r->server).global;
  const StatusView view = view_status(global);
  PageParts parts{global, view, {}, {}, form_secret(), base, notice, offered_preview(r)};
  if (view.coordinator_pid) {
    parts.histories = view_histories(global, 0);
    parts.trail = view_trail(global);
  }
  return send(r, "text/html; charset=utf-8", render_page(parts));
}

int serve_page(request_rec* r) {
  if (r->handler == nullptr || std::strcmp(r->handler, "cutover") != 0) return DECLINED;
  protect(r);
  const PagePath path = path_of(r);
  if (const auto wanted = page_command(path.rest)) {
    if (r->method_number != M_POST) return not_allowed(r, "POST");
    return command(r, path.base, *wanted);
  }
  if (!is_page(path.rest)) return HTTP_NOT_FOUND;
  if (!is_read_method(r)) return not_allowed(r, "GET");
  if (const int wrong = ap_discard_request_body(r); wrong != OK) return wrong;
  if (!path.rest.empty()) return read(r, path);
  apr_table_setn(r->headers_out, "Location", apr_pstrdup(r->pool, (path.base + "/").c_str()));
  return HTTP_MOVED_PERMANENTLY;
}

int serve_server_status(request_rec* r, int flags) {
  const StatusView view = view_status(*config_of(r->server).global);
  if (view.sites.empty()) return DECLINED;
  if ((flags & AP_STATUS_SHORT) != 0) {
    ap_rputs(render_auto(view).c_str(), r);
    return OK;
  }
  Html html;
  html.raw("<hr />\n<h2>Cutover</h2>\n");
  for (const Snapshot& site : view.sites) {
    html.raw("<h3>").text(site.site).raw(": ");
    html.text(site.side == "none" ? "requests are held" : site.side + " serves");
    html.raw("</h3>\n");
    write_figures(html, site);
  }
  ap_rputs(html.take().c_str(), r);
  return OK;
}

}  // namespace cutover
