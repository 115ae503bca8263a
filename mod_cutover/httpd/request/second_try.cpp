// SPDX-License-Identifier: Apache-2.0
#include "mod_cutover/httpd/request/second_try.h"

#include <algorithm>
#include <chrono>
#include <thread>

#include "mod_cutover/httpd/edge/proxy.h"
#include "mod_cutover/httpd/hold/client.h"
#include "mod_cutover/httpd/hold/parking.h"
#include "mod_cutover/httpd/request/by_proxy.h"
#include "mod_cutover/httpd/worker/place.h"
#include "mod_cutover/state/shared_memory.h"

namespace cutover {
namespace {

// A queue that was full has room again after this, where the host serves at all.
constexpr auto kPause = std::chrono::milliseconds(200);
// mod_proxy: no connection from its pool, for the first request of a connection.
constexpr const char* kFresh = "proxy-initial-not-pooled";

const Runtime& runtime_of() { return *config_of(ap_server_conf).global->runtime; }

const proxy_dir_conf* proxy_config(request_rec* r, const module* proxy) {
  return static_cast<const proxy_dir_conf*>(ap_get_module_config(r->per_dir_config, proxy));
}

// ProxyErrorOverride takes single codes since 2.4.47; before that its structure ends before them.
#if AP_MODULE_MAGIC_AT_LEAST(20120211, 98)
bool knows_codes(const module* proxy) { return proxy->minor_version >= 98; }
apr_array_header_t* codes_of(const module* proxy, const proxy_dir_conf& config) {
  return knows_codes(proxy) ? config.error_override_codes : nullptr;
}
void override_codes(proxy_dir_conf& config, apr_array_header_t* codes) {
  config.error_override_codes = codes;
}
#else
bool knows_codes(const module*) { return false; }
apr_array_header_t* codes_of(const module*, const proxy_dir_conf&) { return nullptr; }
void override_codes(proxy_dir_conf&, apr_array_header_t*) {}
#endif

// A 503 of the host's own comes back as one of mod_proxy's does, and not down the filters.
bool is_overridden(const module* proxy, const proxy_dir_conf& config) {
  if (config.error_override == 0) return false;
  const apr_array_header_t* codes = codes_of(proxy, config);
  if (codes == nullptr || codes->nelts == 0) return true;
  const auto* first = reinterpret_cast<const int*>(codes->elts);
  return std::binary_search(first, first + codes->nelts, HTTP_SERVICE_UNAVAILABLE);
}

// Merged by mod_proxy, since it alone knows how long its structure is on this httpd.
proxy_dir_conf* overriding(request_rec* r, const module* proxy, const proxy_dir_conf& config) {
  auto* more = static_cast<proxy_dir_conf*>(proxy->create_dir_config(r->pool, nullptr));
  more->error_override = 1;
  more->error_override_set = 1;
  auto* mine = static_cast<proxy_dir_conf*>(
      proxy->merge_dir_config(r->pool, const_cast<proxy_dir_conf*>(&config), more));
  const apr_array_header_t* theirs = config.error_override != 0 ? codes_of(proxy, config) : nullptr;
  apr_array_header_t* codes =
      theirs != nullptr ? apr_array_copy(r->pool, theirs) : apr_array_make(r->pool, 1, sizeof(int));
  *static_cast<int*>(apr_array_push(codes)) = HTTP_SERVICE_UNAVAILABLE;
  auto* first = reinterpret_cast<int*>(codes->elts);
  std::sort(first, first + codes->nelts);
  override_codes(*mine, codes);
  return mine;
}

// What a try changes of the request, as it was before.
class Before {
 public:
  explicit Before(request_rec* r)
      : r_(r),
        in_(apr_table_copy(r->pool, r->headers_in)),
        out_(apr_table_copy(r->pool, r->headers_out)),
        err_(apr_table_copy(r->pool, r->err_headers_out)),
        type_(r->content_type),
        no_cache_(r->no_cache) {}
  void put_back() const {
    r_->headers_in = in_;
    r_->headers_out = out_;
    r_->err_headers_out = err_;
    r_->content_type = type_;
    r_->no_cache = no_cache_;
    r_->status = HTTP_OK;
    r_->status_line = nullptr;
    for (const char* note : {"error-notes", "verbose-error-to"}) apr_table_unset(r_->notes, note);
  }

 private:
  request_rec* r_;
  apr_table_t *in_, *out_, *err_;
  const char* type_;
  int no_cache_;
};

// mod_proxy takes a request for the first one of its connection: it has an answer for the client
// in any case, instead of none at all, and minds kFresh.
int try_once(request_rec* r, bool fresh) {
  conn_rec* c = r->connection;
  const int keepalives = c->keepalives;
  c->keepalives = 0;
  if (fresh) apr_table_setn(r->subprocess_env, kFresh, "1");
  const int answer = answer_by_proxy(r);
  if (c->master == nullptr) c->keepalives += keepalives;
  return answer;
}

int try_overridden(request_rec* r, const module* proxy) {
  const proxy_dir_conf* theirs = proxy_config(r, proxy);
  ap_conf_vector_t* before = r->per_dir_config;
  if (knows_codes(proxy) && !is_overridden(proxy, *theirs)) {
    r->per_dir_config =
        ap_merge_per_dir_configs(r->pool, before, ap_create_per_dir_config(r->pool));
    ap_set_module_config(r->per_dir_config, proxy, overriding(r, proxy, *theirs));
  }
  const int answer = try_once(r, false);
  r->per_dir_config = before;
  return answer;
}

}  // namespace

int forward_held(request_rec* r) {
  if (r->main != nullptr || r->prev != nullptr) return DECLINED;
  Decision& decision = *decision_of(r);
  if (decision.hold_limit_ns == 0 || monotonic_ns() >= decision.hold_limit_ns) return DECLINED;
  const module* proxy = ap_find_linked_module("mod_proxy.c");
  if (proxy == nullptr) return DECLINED;
  const bool repeatable = r->method_number == M_GET && !has_body(r);
  // A 503 that is not overridden is of mod_proxy, which had no connection.
  const bool says_unsent = !is_overridden(proxy, *proxy_config(r, proxy));
  const Before before(r);
  const int first = repeatable ? try_overridden(r, proxy) : try_once(r, true);
  const bool again = repeatable ? first == HTTP_SERVICE_UNAVAILABLE || first == HTTP_BAD_GATEWAY
                                : first == HTTP_SERVICE_UNAVAILABLE && says_unsent;
  if (!again || r->sent_bodyct != 0 || r->connection->aborted != 0 ||
      monotonic_ns() + std::chrono::nanoseconds(kPause).count() >= decision.hold_limit_ns)
    return first;
  SiteWindow window = window_of(runtime_of(), *decision.site);
  window.heard_failure(monotonic_ns());
  std::this_thread::sleep_for(kPause);
  before.put_back();
  decision.side_failed = false;
  parked_goes_on(r);
  return try_once(r, true);
}

}  // namespace cutover
