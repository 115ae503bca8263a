// SPDX-License-Identifier: Apache-2.0
#include "mod_cutover/httpd/sessions/refused.h"

#include <util_filter.h>

#include <string_view>

namespace cutover {
namespace {

// mod_http2 has no function for it. But what is written past its own answer, as mod_proxy does with
// an interim one, goes through this filter, which reads its head; and an answer whose status is
// below 100 is the number of an error that the stream is reset with.
constexpr std::string_view kHeadReader = "h2_c2_net_catch_h1";
constexpr std::string_view kRefused = "HTTP/1.1 007 Refused\r\n\r\n";

ap_filter_t* head_reader(const conn_rec* stream) {
  for (ap_filter_t* f = stream->output_filters; f != nullptr; f = f->next)
    if (f->frec->name == kHeadReader) return f;
  return nullptr;
}

}  // namespace

bool refuse_stream(request_rec* r) {
  conn_rec* c = r->connection;
  ap_filter_t* reader = c->master == nullptr ? nullptr : head_reader(c);
  if (reader == nullptr) return false;
  apr_bucket_brigade* head = apr_brigade_create(r->pool, c->bucket_alloc);
  APR_BRIGADE_INSERT_TAIL(
      head, apr_bucket_immortal_create(kRefused.data(), kRefused.size(), c->bucket_alloc));
  APR_BRIGADE_INSERT_TAIL(head, apr_bucket_flush_create(c->bucket_alloc));
  if (ap_pass_brigade(reader, head) != APR_SUCCESS) return false;
  r->status = HTTP_SERVICE_UNAVAILABLE;  // for the log
  return true;
}

}  // namespace cutover
