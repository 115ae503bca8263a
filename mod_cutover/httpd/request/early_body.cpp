// SPDX-License-Identifier: Apache-2.0
#include "mod_cutover/httpd/request/early_body.h"

#include <util_filter.h>

#include <algorithm>

#include "mod_cutover/httpd/edge/wall.h"

namespace cutover {
namespace {

// In memory, for a thread each: the usual form. A longer one is an upload.
constexpr apr_off_t kMost = 128 * 1024;
constexpr apr_off_t kPiece = 8 * 1024;
// LimitRequestBody's own default, since 2.4.53; before that there is none.
constexpr apr_off_t kUsualLimit = 1 << 30;

ap_filter_rec_t* giver = nullptr;

struct Kept {
  apr_bucket_brigade* body;
  apr_off_t given = 0;  // bytes
};

bool ends(apr_bucket_brigade* brigade) {
  return !APR_BRIGADE_EMPTY(brigade) && APR_BUCKET_IS_EOS(APR_BRIGADE_LAST(brigade));
}

// What is kept first, then what still comes.
apr_status_t take(ap_filter_t* filter, Kept& kept, apr_bucket_brigade* brigade,
                  ap_input_mode_t mode, apr_read_type_e block, apr_off_t bytes) {
  if (APR_BRIGADE_EMPTY(kept.body) || mode == AP_MODE_INIT || mode == AP_MODE_EATCRLF)
    return ap_get_brigade(filter->next, brigade, mode, block, bytes);
  if (mode == AP_MODE_GETLINE)
    return apr_brigade_split_line(brigade, kept.body, block, HUGE_STRING_LEN);
  apr_bucket* rest = APR_BRIGADE_SENTINEL(kept.body);
  if (mode != AP_MODE_EXHAUSTIVE) {
    const apr_status_t split = apr_brigade_partition(kept.body, bytes, &rest);
    if (split != APR_SUCCESS && split != APR_INCOMPLETE) return split;
  }
  for (apr_bucket* b = APR_BRIGADE_FIRST(kept.body); b != rest;) {
    apr_bucket* const next = APR_BUCKET_NEXT(b);
    apr_bucket* given = b;
    if (mode == AP_MODE_SPECULATIVE) {
      const apr_status_t copied = apr_bucket_copy(b, &given);
      if (copied != APR_SUCCESS) return copied;
    } else {
      APR_BUCKET_REMOVE(b);
    }
    APR_BRIGADE_INSERT_TAIL(brigade, given);
    b = next;
  }
  return APR_SUCCESS;
}

// httpd looked at LimitRequestBody when the body was read, and may not have known its directory.
apr_status_t give(ap_filter_t* filter, apr_bucket_brigade* brigade, ap_input_mode_t mode,
                  apr_read_type_e block, apr_off_t bytes) {
  auto& kept = *static_cast<Kept*>(filter->ctx);
  const apr_status_t got = take(filter, kept, brigade, mode, block, bytes);
  if (got != APR_SUCCESS || mode == AP_MODE_SPECULATIVE) return got;
  apr_off_t length = 0;
  if (apr_brigade_length(brigade, 0, &length) == APR_SUCCESS)
    kept.given += std::max<apr_off_t>(length, 0);
  const apr_off_t limit = ap_get_limit_req_body(filter->r);
  return limit > 0 && kept.given > limit ? APR_ENOSPC : APR_SUCCESS;
}

// The server's limit stands in for the directory's where httpd reads now. Where it could refuse
// what the directory allows, the body waits for its handler.
bool may_be_read(const request_rec* r) {
  const apr_off_t limit = ap_get_limit_req_body(r);
  const char* length = apr_table_get(r->headers_in, "Content-Length");
  if (length == nullptr) return limit <= 0 || limit >= kUsualLimit;
  char* end = nullptr;
  apr_off_t bytes = 0;
  if (apr_strtoff(&bytes, length, &end, 10) != APR_SUCCESS || *end != '\0') return false;
  return bytes <= kMost && (limit <= 0 || bytes <= limit);
}

}  // namespace

void register_early_body() {
  // Next to what takes a body out of its frame: what makes something else of it is added later.
  giver = ap_register_input_filter("CUTOVER_EARLY_BODY", walled<give, APR_EGENERAL>, nullptr,
                                   static_cast<ap_filter_type>(AP_FTYPE_PROTOCOL - 1));
}

ReadBody read_body_early(request_rec* r) {
  if (!may_be_read(r)) return {EarlyBody::kLong};
  apr_bucket_alloc_t* const buckets = r->connection->bucket_alloc;
  auto* kept = new (apr_palloc(r->pool, sizeof(Kept))) Kept{apr_brigade_create(r->pool, buckets)};
  apr_bucket_brigade* piece = apr_brigade_create(r->pool, buckets);
  apr_status_t read = APR_SUCCESS;
  apr_off_t length = 0;
  while (read == APR_SUCCESS && length < kMost && !ends(kept->body)) {
    read = ap_get_brigade(r->input_filters, piece, AP_MODE_READBYTES, APR_BLOCK_READ, kPiece);
    if (read == APR_SUCCESS && APR_BRIGADE_EMPTY(piece)) read = APR_EOF;
    apr_off_t more = 0;
    if (read == APR_SUCCESS) read = apr_brigade_length(piece, 1, &more);
    if (read == APR_SUCCESS) read = ap_save_brigade(nullptr, &kept->body, &piece, r->pool);
    length += more;
  }
  if (read != APR_SUCCESS)
    return {EarlyBody::kFailed, ap_map_http_request_error(read, HTTP_BAD_REQUEST)};
  ap_add_input_filter_handle(giver, kept, r, r->connection);
  return {ends(kept->body) ? EarlyBody::kHere : EarlyBody::kLong};
}

}  // namespace cutover
