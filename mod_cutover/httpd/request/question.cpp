// SPDX-License-Identifier: Apache-2.0
#include "mod_cutover/httpd/request/question.h"

#include "shared/memory/question.h"

namespace cutover {
namespace {

// By its own socket: what mod_remoteip makes of a header does not count.
bool is_from_here(const conn_rec* c) {
  return apr_sockaddr_equal(c->client_addr, c->local_addr) != 0;
}

}  // namespace

std::optional<Side> side_of_question(request_rec* r, const SiteControl& control) {
  const char* value = apr_table_get(r->headers_in, kQuestionHeader);
  if (value == nullptr || r->method_number != M_GET || !is_from_here(r->connection))
    return std::nullopt;
  const std::optional<Side> side = side_asked(control, value);
  if (!side) return std::nullopt;
  apr_table_unset(r->headers_in, kQuestionHeader);
  return side;
}

void mark_question(request_rec* r) { apr_table_setn(r->headers_in, kAskedHeader, "1"); }

bool came_in_a_circle(request_rec* r) {
  return apr_table_get(r->headers_in, kAskedHeader) != nullptr;
}

}  // namespace cutover
