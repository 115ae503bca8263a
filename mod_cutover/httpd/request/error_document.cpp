// SPDX-License-Identifier: Apache-2.0
#include "mod_cutover/httpd/request/error_document.h"

#include <util_filter.h>

#include "mod_cutover/httpd/edge/in_pool.h"
#include "mod_cutover/httpd/edge/wall.h"

namespace cutover {
namespace {

// Of this generation's httpd, before it forks.
ap_filter_rec_t* status_keeper = nullptr;

// mod_proxy has set the status of the page that it brings.
apr_status_t put_back(ap_filter_t* filter, apr_bucket_brigade* brigade) {
  filter->r->status = *static_cast<const int*>(filter->ctx);
  filter->r->status_line = nullptr;
  ap_filter_t* next = filter->next;
  ap_remove_output_filter(filter);
  return ap_pass_brigade(next, brigade);
}

}  // namespace

void register_error_documents() {
  // Above whatever looks at the status.
  status_keeper = ap_register_output_filter("CUTOVER_KEEP_STATUS", walled<put_back, APR_EGENERAL>,
                                            nullptr, AP_FTYPE_RESOURCE);
}

int keep_error(request_rec* r) {
  if (r->prev == nullptr || !ap_is_HTTP_ERROR(r->status)) return OK;
  // Nothing of it is left afterwards, or the connection ends with this answer.
  if (const int broken = ap_discard_request_body(r); broken != OK) return broken;
  r->headers_in = apr_table_copy(r->pool, r->headers_in);
  for (const char* of_the_failed :
       {"Content-Length", "Transfer-Encoding", "Expect", "Range", "If-Range", "If-Match",
        "If-None-Match", "If-Modified-Since", "If-Unmodified-Since"})
    apr_table_unset(r->headers_in, of_the_failed);
  // httpd makes a GET of it, whose body nobody would read.
  if (r->header_only) r->method = "HEAD";
  ap_add_output_filter_handle(status_keeper, make_in<int>(r->pool, r->status), r, r->connection);
  return OK;
}

}  // namespace cutover
