// SPDX-License-Identifier: Apache-2.0
// The page's buttons: POST base/SITE/VERB, passed on to the coordinator's socket. What it may do
// there is decided by the coordinator once more, by who we are.

#include <chrono>

#include "mod_cutover/httpd/handler.h"
#include "mod_cutover/httpd/same_origin.h"
#include "mod_cutover/state/paths.h"
#include "mod_cutover/wire/client.h"

namespace cutover {
namespace {

using namespace std::chrono_literals;

constexpr apr_size_t kLargestForm = 4096;

// Most runs are over by then; a longer one is shown by the page, which then refreshes itself. The
// run goes on without us.
constexpr auto kPatience = 2s;
constexpr auto kPreflightPatience = 20s;

std::string value_of(const apr_array_header_t* pairs, const char* name) {
  for (int i = 0; i < pairs->nelts; ++i) {
    const auto& pair = reinterpret_cast<ap_form_pair_t*>(pairs->elts)[i];
    if (std::string_view(pair.name) != name) continue;
    apr_off_t length = 0;
    if (apr_brigade_length(pair.value, 1, &length) != APR_SUCCESS) return {};
    std::string value(static_cast<std::size_t>(length), '\0');
    apr_size_t size = value.size();
    if (apr_brigade_flatten(pair.value, value.data(), &size) != APR_SUCCESS) return {};
    return value;
  }
  return {};
}

int forbidden(request_rec* r, const std::string& why) {
  log(r, Message::kPageCommandRefused, "a command of the page is refused: " + why);
  return HTTP_FORBIDDEN;
}

int answer_page(request_rec* r, const std::string& base, const Notice& notice) {
  if (notice.bad) r->status = HTTP_CONFLICT;
  return send_page(r, base, &notice);
}

int back_to_page(request_rec* r, const std::string& base) {
  apr_table_setn(r->headers_out, "Location", apr_pstrdup(r->pool, (base + "/").c_str()));
  return HTTP_SEE_OTHER;
}

// Left by an exception out of the reading loop, once we have waited long enough.
struct StillRunning {};

int run(request_rec* r, const std::string& base, const PageCommand& command,
        const std::string& by) {
  const auto until = std::chrono::steady_clock::now() + kPatience;
  const auto not_for_ever = [&](const nlohmann::json&) {
    if (std::chrono::steady_clock::now() > until) throw StillRunning{};
  };
  const bool preflight = command.verb == "preflight";
  Reply reply;
  try {
    reply = ask(socket_path(config_of(r->server).global->state_dir),
                {{"verb", command.verb}, {"site", command.site}, {"by", by}},
                preflight ? kPreflightPatience : std::chrono::milliseconds(kPatience),
                preflight ? OnProgress{} : not_for_ever);
  } catch (const StillRunning&) {
    return back_to_page(r, base);
  }
  // Silence of a run that is long in one phase; the page tells.
  if (reply.kind == Reply::Kind::kBroken && !preflight) return back_to_page(r, base);
  if (reply.kind != Reply::Kind::kDone)
    return answer_page(r, base, {command.site, command.verb + ": " + reply.error, true, nullptr});
  const nlohmann::json result = reply.done.value("result", nlohmann::json(nullptr));
  const std::string message = reply.done.value("message", "");
  if (preflight && result.is_object() && result.contains("checks"))
    return answer_page(r, base, {command.site, message, false, result["checks"]});
  // What ran, or was refused by its checks, is on the page as the last run.
  const bool is_shown =
      reply.done.value("exit", 2) == 0 || (result.is_object() && result.contains("last"));
  if (is_shown) return back_to_page(r, base);
  return answer_page(r, base, {command.site, command.verb + ": " + message, true, nullptr});
}

}  // namespace

int command(request_rec* r, const std::string& base, const PageCommand& wanted) {
  const auto& sites = config_of(r->server).global->sites;
  const auto site = sites.find(wanted.site);
  if (site == sites.end()) return HTTP_NOT_FOUND;
  if (!site->second->settings.page_control)
    return forbidden(r, "CutoverPageControl is Off for site " + wanted.site);
  if (const std::string foreign = foreign_origin(r); !foreign.empty()) return forbidden(r, foreign);
  const char* type = apr_table_get(r->headers_in, "Content-Type");
  if (type == nullptr || strncasecmp(type, "application/x-www-form-urlencoded", 33) != 0)
    return HTTP_UNSUPPORTED_MEDIA_TYPE;
  apr_array_header_t* pairs = nullptr;
  const int wrong =
      ap_parse_form_data(r, nullptr, &pairs, static_cast<apr_size_t>(-1), kLargestForm);
  if (wrong != OK) return wrong;
  if (!is_form_secret(value_of(pairs, "nonce")))
    return forbidden(r, "its form is not of this page since httpd was started; load it again");
  std::string by = "page: ";
  if (r->user != nullptr) by += std::string(r->user) + " from ";
  by += r->useragent_ip;
  return run(r, base, wanted, by);
}

}  // namespace cutover
