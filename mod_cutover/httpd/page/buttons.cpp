// SPDX-License-Identifier: Apache-2.0
// The page's buttons: POST base/SITE/VERB, passed on to the coordinator's socket. What it may do
// there is decided by the coordinator once more, by who we are.

#include <chrono>
#include <optional>

#include "mod_cutover/httpd/page/handler.h"
#include "mod_cutover/httpd/page/preview_link.h"
#include "mod_cutover/httpd/page/same_origin.h"
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

// Nothing where the form has no such field.
std::optional<std::string> value_of(const apr_array_header_t* pairs, const char* name) {
  for (int i = 0; i < pairs->nelts; ++i) {
    const auto& pair = reinterpret_cast<ap_form_pair_t*>(pairs->elts)[i];
    if (std::string_view(pair.name) != name) continue;
    apr_off_t length = 0;
    if (apr_brigade_length(pair.value, 1, &length) != APR_SUCCESS) return std::string();
    std::string value(static_cast<std::size_t>(length), '\0');
    apr_size_t size = value.size();
    if (apr_brigade_flatten(pair.value, value.data(), &size) != APR_SUCCESS) return std::string();
    return value;
  }
  return std::nullopt;
}

int forbidden(request_rec* r, const std::string& why) {
  log(r, Message::kPageCommandRefused, "a command of the page is refused: " + why);
  return HTTP_FORBIDDEN;
}

// What came of a command.
struct Heard {
  std::string message;
  bool bad = false;
  bool running = false;  // it goes on without us; the page shows it
  bool shown = false;    // the page shows how it ended, as the last run
  nlohmann::json checks = nullptr;
};

// Left by an exception out of the reading loop, once we have waited long enough.
struct StillRunning {};

Heard heard(const Reply& reply, const PageCommand& command) {
  Heard h;
  const std::string before = command.verb + ": ";
  if (reply.kind != Reply::Kind::kDone) return {before + reply.error, true, false, false, nullptr};
  const nlohmann::json result = reply.done.value("result", nlohmann::json(nullptr));
  h.message = before + reply.done.value("message", "");
  h.bad = reply.done.value("exit", 2) != 0;
  if (command.verb == "preflight" && result.is_object() && result.contains("checks")) {
    h.bad = false;  // it was made; what it found is another matter
    h.checks = result["checks"];
  } else if (command.verb != "rehearse") {
    h.shown = !h.bad || (result.is_object() && result.contains("last"));
  }
  return h;
}

Heard carry_out(request_rec* r, const PageCommand& command, const std::string& by) {
  const auto until = std::chrono::steady_clock::now() + kPatience;
  const auto not_for_ever = [&](const nlohmann::json&) {
    if (std::chrono::steady_clock::now() > until) throw StillRunning{};
  };
  const bool preflight = command.verb == "preflight";
  const Heard still{command.verb + " is under way", false, true, true, nullptr};
  try {
    const Reply reply = ask(socket_path(config_of(r->server).global->state_dir),
                            {{"verb", command.verb}, {"site", command.site}, {"by", by}},
                            preflight ? kPreflightPatience : std::chrono::milliseconds(kPatience),
                            preflight ? OnProgress{} : not_for_ever);
    // Silence of a run that is long in one phase.
    return reply.kind == Reply::Kind::kBroken && !preflight ? still : heard(reply, command);
  } catch (const StillRunning&) {
    return still;
  }
}

// To page.js, which stays where it is.
int answer_as_data(request_rec* r, const Heard& heard) {
  const nlohmann::json told = {{"message", heard.message},
                               {"bad", heard.bad},
                               {"running", heard.running},
                               {"checks", heard.checks}};
  if (heard.bad) r->status = HTTP_CONFLICT;
  return send(r, "application/json",
              told.dump(-1, ' ', true, nlohmann::json::error_handler_t::replace) + "\n");
}

// To a browser: back to the page, which shows what came of it; what it would not show stands on top
// of it in the answer itself.
int answer(request_rec* r, const std::string& base, const PageCommand& command,
           const Heard& heard) {
  const char* accept = apr_table_get(r->headers_in, "Accept");
  if (accept != nullptr && std::string_view(accept) == "application/json")
    return answer_as_data(r, heard);
  if (heard.shown) {
    apr_table_setn(r->headers_out, "Location", apr_pstrdup(r->pool, (base + "/").c_str()));
    return HTTP_SEE_OTHER;
  }
  if (heard.bad) r->status = HTTP_CONFLICT;
  const Notice notice{command.site, heard.message, heard.bad, heard.checks};
  return send_page(r, base, &notice);
}

// The name is typed against a slip of a hand; who leaves the field out altogether is no browser.
bool is_confirmed(const apr_array_header_t* form, const std::string& site) {
  return value_of(form, "confirm").value_or(site) == site;
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
  if (!is_form_secret(value_of(pairs, "nonce").value_or("")))
    return forbidden(r, "its form is not of this page since httpd was started; load it again");
  if (is_of_preview(wanted)) return change_preview(r, base, wanted);
  if (!is_confirmed(pairs, wanted.site))
    return answer(r, base, wanted,
                  {wanted.verb + ": nothing was done, since the name typed is not " + wanted.site,
                   true, false, false, nullptr});
  std::string by = "page: ";
  if (r->user != nullptr) by += std::string(r->user) + " from ";
  by += r->useragent_ip;
  return answer(r, base, wanted, carry_out(r, wanted, by));
}

}  // namespace cutover
