// SPDX-License-Identifier: Apache-2.0
#include "mod_cutover/httpd/handler.h"

#include <mod_status.h>

#include <chrono>
#include <cstring>

#include "mod_cutover/httpd/same_origin.h"
#include "mod_cutover/page/style.h"
#include "mod_cutover/state/paths.h"
#include "mod_cutover/wire/client.h"

namespace cutover {
namespace {

using namespace std::chrono_literals;

// On whatever is answered, errors included. Nothing is loaded but our own style sheet.
void protect(request_rec* r) {
  const auto set = [r](const char* name, const char* value) {
    apr_table_setn(r->err_headers_out, name, value);
  };
  set("Content-Security-Policy",
      "default-src 'none'; style-src 'self'; form-action 'self'; frame-ancestors 'none'; "
      "base-uri 'none'");
  set("X-Content-Type-Options", "nosniff");
  set("X-Frame-Options", "DENY");
  // Not "no-referrer": browsers then send forms without an Origin that could be checked.
  set("Referrer-Policy", "same-origin");
  set("Cache-Control", "no-store");
}

PagePath path_of(request_rec* r) {
  std::vector<std::string> locations;
  for (const PageLocation& page : config_of(r->server).pages)
    if (page.pattern == nullptr && !page.wildcard) locations.push_back(page.path);
  return page_path(r->uri, locations);
}

nlohmann::json newest_events(const Global& global, const StatusView& view) {
  if (!view.coordinator_pid) return nullptr;
  const Reply reply = ask(socket_path(global.state_dir), {{"verb", "events"}}, 300ms);
  if (reply.kind != Reply::Kind::kDone || !reply.done.contains("result")) return nullptr;
  return reply.done["result"].value("events", nlohmann::json(nullptr));
}

bool is_read_method(request_rec* r) { return r->method_number == M_GET; }  // HEAD is one of them

int not_allowed(request_rec* r, const char* method) {
  ap_allow_methods(r, REPLACE_ALLOW, method, nullptr);
  if (r->method_number != M_OPTIONS) return HTTP_METHOD_NOT_ALLOWED;
  apr_table_setn(r->headers_out, "Allow", std::strcmp(method, "GET") == 0 ? "GET, HEAD" : method);
  return send(r, "text/plain", "");
}

int read(request_rec* r, const PagePath& path) {
  const Global& global = *config_of(r->server).global;
  if (path.rest == "/style.css") return send(r, "text/css; charset=utf-8", kStyle);
  if (path.rest == "/status.json")
    return send(r, "application/json", render_json(view_status(global)));
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
  return send(
      r, "text/html; charset=utf-8",
      render_page({global, view, newest_events(global, view), form_secret(), base, notice}));
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
