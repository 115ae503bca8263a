// SPDX-License-Identifier: Apache-2.0
#include "mod_cutover/httpd/preview/uncached.h"

#include <strings.h>
#include <util_filter.h>

#include <algorithm>
#include <array>
#include <string_view>
#include <vector>

#include "mod_cutover/httpd/edge/wall.h"
#include "mod_cutover/httpd/worker/decision.h"

namespace cutover {
namespace {

// Of this generation's httpd, before it forks.
ap_filter_rec_t* header_filter = nullptr;

// By which a CDN, or nginx, is told other things than a browser is (RFC 9213 and its forerunners).
constexpr std::array<std::string_view, 4> kNames{"Expires", "Pragma", "Edge-Control",
                                                 "X-Accel-Expires"};
constexpr std::string_view kBeginning = "Surrogate-";
constexpr std::string_view kEnd = "Cache-Control";

bool same(std::string_view one, std::string_view other) {
  return one.size() == other.size() && ::strncasecmp(one.data(), other.data(), one.size()) == 0;
}

bool is_for_caches(std::string_view name) {
  return same(name.substr(0, kBeginning.size()), kBeginning) ||
         (name.size() >= kEnd.size() && same(name.substr(name.size() - kEnd.size()), kEnd)) ||
         std::ranges::any_of(kNames, [&](std::string_view one) { return same(name, one); });
}

int note_one(void* names, const char* name, const char*) {
  if (is_for_caches(name)) static_cast<std::vector<const char*>*>(names)->push_back(name);
  return 1;
}

void forget_all(apr_table_t* headers) {
  std::vector<const char*> names;
  apr_table_do(note_one, &names, headers, nullptr);
  for (const char* name : names) apr_table_unset(headers, name);
}

// Below whoever adds a header, above what writes them.
apr_status_t say_private(ap_filter_t* filter, apr_bucket_brigade* brigade) {
  request_rec* r = filter->r;
  forget_all(r->headers_out);
  forget_all(r->err_headers_out);
  apr_table_setn(r->err_headers_out, "Cache-Control", "private, no-store");
  ap_filter_t* next = filter->next;
  ap_remove_output_filter(filter);
  return ap_pass_brigade(next, brigade);
}

void keep_error_out(request_rec* r) {
  const Decision* decision = decision_of(r);
  if (decision != nullptr && decision->uncached) keep_out_of_caches(r);
}

// As httpd goes on where no quick handler takes a request. mod_cache's would answer it out of what
// visitors got from the old host.
int past_caches(request_rec* r) {
  const int judged = ap_process_request_internal(r);
  const int answer = judged == OK ? ap_invoke_handler(r) : judged;
  return answer == DECLINED ? HTTP_INTERNAL_SERVER_ERROR : answer;
}

}  // namespace

void register_uncached() {
  // Below mod_headers, above what writes the headers.
  header_filter = ap_register_output_filter(
      "CUTOVER_PREVIEW", walled<say_private, APR_EGENERAL>, nullptr,
      static_cast<ap_filter_type>(static_cast<int>(AP_FTYPE_PROTOCOL) - 1));
  // Where httpd answers with an error of its own, it does without the filters from before.
  ap_hook_insert_error_filter(walled<keep_error_out>, nullptr, nullptr, APR_HOOK_MIDDLE);
}

void keep_out_of_caches(request_rec* r) {
  ap_add_output_filter_handle(header_filter, nullptr, r, r->connection);
}

int serve_uncached(request_rec* r, Decision& decision) {
  keep_out_of_caches(r);
  decision.uncached = true;
  note_decision(r, decision);
  return past_caches(r);
}

// httpd asks no other quick handler of a subrequest where one has not said OK, and goes on.
int follow_uncached(request_rec* r) {
  if (r->prev == nullptr) return DONE;
  if (r->main == nullptr) keep_out_of_caches(r);
  return past_caches(r);
}

}  // namespace cutover
