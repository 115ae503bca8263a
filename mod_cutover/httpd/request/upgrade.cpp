// SPDX-License-Identifier: Apache-2.0
#include "mod_cutover/httpd/request/upgrade.h"

#include <util_filter.h>

#include <algorithm>
#include <string_view>
#include <utility>

#include "mod_cutover/httpd/edge/in_pool.h"
#include "mod_cutover/httpd/edge/wall.h"
#include "mod_cutover/httpd/request/admission.h"

namespace cutover {
namespace {

constexpr std::string_view kAnswer = "HTTP/1.1 101";

// Of this generation's httpd, before it forks.
ap_filter_rec_t* upgrade_watcher = nullptr;

// What an answer begins with, as much of it as has come.
struct Beginning {
  request_rec* r;
  Decision* decision;
  std::string text{};
};

apr_status_t pass(ap_filter_t* filter, apr_bucket_brigade* brigade) {
  return ap_pass_brigade(filter->next, brigade);
}

// As much as is needed of what lies in memory; all else is a body's, and comes later.
void add_first_bytes(std::string& text, apr_bucket_brigade* brigade) {
  for (apr_bucket* b = APR_BRIGADE_FIRST(brigade);
       b != APR_BRIGADE_SENTINEL(brigade) && text.size() < kAnswer.size(); b = APR_BUCKET_NEXT(b)) {
    if (APR_BUCKET_IS_METADATA(b)) continue;
    const char* bytes = nullptr;
    apr_size_t length = 0;
    if (b->length == static_cast<apr_size_t>(-1) ||
        apr_bucket_read(b, &bytes, &length, APR_NONBLOCK_READ) != APR_SUCCESS)
      return;
    text.append(bytes, std::min(length, kAnswer.size() - text.size()));
  }
}

// "HTTP/1.1 100" and "HTTP/1.1 103": an answer is still to come.
bool is_interim(const std::string& text) { return text.starts_with("HTTP/1.1 10"); }

apr_status_t watch(ap_filter_t* filter, apr_bucket_brigade* brigade) {
  auto& beginning = *static_cast<Beginning*>(filter->ctx);
  add_first_bytes(beginning.text, brigade);
  if (beginning.text.size() < kAnswer.size()) return pass(filter, brigade);
  if (beginning.text != kAnswer && is_interim(beginning.text)) {
    beginning.text.clear();
    return pass(filter, brigade);
  }
  if (beginning.text == kAnswer) count_as_endless(beginning.r, *beginning.decision);
  no_upgrade_any_more(*beginning.decision);
  return pass(filter, brigade);
}

}  // namespace

void register_upgrades() {
  // Above TLS, below everything of a request's own.
  upgrade_watcher = ap_register_output_filter("CUTOVER_UPGRADE", walled<watch, APR_EGENERAL>,
                                              nullptr, AP_FTYPE_CONNECTION);
}

// Not for a session of HTTP/2 in the clear: its streams are counted, each by itself.
bool asks_for_upgrade(const request_rec* r) {
  const char* upgrade = apr_table_get(r->headers_in, "Upgrade");
  return upgrade != nullptr && r->connection->master == nullptr &&
         ap_find_token(r->pool, upgrade, "h2c") == 0;
}

void watch_for_upgrade(request_rec* r, Decision& decision) {
  if (!asks_for_upgrade(r)) return;
  auto* beginning = make_in<Beginning>(r->pool, Beginning{r, &decision});
  decision.for_upgrade = ap_add_output_filter_handle(upgrade_watcher, beginning, r, r->connection);
}

void no_upgrade_any_more(Decision& decision) {
  ap_filter_t* filter = std::exchange(decision.for_upgrade, nullptr);
  if (filter != nullptr) ap_remove_output_filter(filter);
}

}  // namespace cutover
