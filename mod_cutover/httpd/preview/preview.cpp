// SPDX-License-Identifier: Apache-2.0
#include "mod_cutover/httpd/preview/preview.h"

#include <string>

#include "mod_cutover/httpd/hold/parked_connection.h"
#include "mod_cutover/httpd/preview/cookie.h"
#include "mod_cutover/httpd/preview/uncached.h"

namespace cutover {
namespace {

struct Taking {
  const PreviewCookie& cookie;
  apr_table_t* kept;
  bool found = false;
  bool right = false;
};

int take_from(void* of, const char* name, const char* value) {
  auto& taking = *static_cast<Taking*>(of);
  const TakenCookie taken = take_cookie(value, taking.cookie.name, taking.cookie.value);
  taking.found = taking.found || taken.found;
  taking.right = taking.right || taken.right;
  if (!taken.found)
    apr_table_addn(taking.kept, name, value);
  else if (!taken.rest.empty())
    apr_table_add(taking.kept, name, taken.rest.c_str());
  return 1;
}

// A switch may hold this stream's session as a whole, unless it is known for such ones.
void tell_session(const request_rec* r, bool previews) {
  Session* session =
      r->connection->master == nullptr ? nullptr : session_of(*r->connection->master);
  if (session != nullptr) session->previews.store(previews, std::memory_order_relaxed);
}

// A GET or HEAD that does not become something else: a WebSocket writes as a POST does.
bool only_reads(request_rec* r) {
  const char* upgrade = apr_table_get(r->headers_in, "Upgrade");
  return r->method_number == M_GET &&
         (upgrade == nullptr || ap_find_token(r->pool, upgrade, "h2c") != 0);
}

std::string why_not(const request_rec* r, const std::string& cookie) {
  return std::string(r->method_number == M_GET ? "A WebSocket" : r->method) +
         " is not passed on: this browser has the cookie " + cookie +
         ", by which it is shown the new host before that serves, and there it can only read (GET "
         "and HEAD). Leave the preview by the button of the cutover page, or delete that cookie in "
         "the browser, and send it again.\n";
}

// Nobody reads the body.
int refuse(request_rec* r, const std::string& why) {
  r->status = HTTP_CONFLICT;
  if (r->expecting_100 != 0) r->connection->keepalive = AP_CONN_CLOSE;
  if (const int broken = ap_discard_request_body(r); broken != OK) return broken;
  ap_set_content_type(r, "text/plain; charset=utf-8");
  ap_set_content_length(r, static_cast<apr_off_t>(why.size()));
  ap_rwrite(why.data(), static_cast<int>(why.size()), r);
  return OK;
}

}  // namespace

void take_preview_cookie(request_rec* r, Decision& decision) {
  Taking taking{*decision.site->preview, apr_table_make(r->pool, 2)};
  apr_table_do(take_from, &taking, r->headers_in, "Cookie", nullptr);
  if (taking.found) {
    apr_table_unset(r->headers_in, "Cookie");
    apr_table_overlap(r->headers_in, taking.kept, APR_OVERLAP_TABLES_MERGE);
  }
  decision.sent_preview = taking.right;
  tell_session(r, taking.right);
}

// After a boot no side is known yet, whatever the first word says: no coordinator has held anybody,
// and there is no deadline.
bool is_shown_new(const Runtime& runtime, const Decision& decision) {
  const SiteControl& control = control_of(runtime, *decision.site);
  const Word now = decode(control.word.load(std::memory_order_seq_cst));
  return lets_preview(now) && (now.mode == Mode::kOld || control.deadline_ns.load() != 0);
}

int serve_preview(request_rec* r, Decision& decision) {
  if (!only_reads(r)) {
    keep_out_of_caches(r);
    return refuse(r, why_not(r, decision.site->preview->name));
  }
  decision.standing = Standing::kServed;
  decision.side = Side::kNew;
  return serve_uncached(r, decision);
}

}  // namespace cutover
