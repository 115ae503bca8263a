// SPDX-License-Identifier: Apache-2.0
// Who sent a form, by what its headers say. APR alone, nothing of httpd.
#pragma once

#include <apr_uri.h>

#include <string>

namespace cutover {

struct Authority {
  std::string host;  // in lower case; empty: none
  apr_port_t port = 0;

  friend bool operator==(const Authority&, const Authority&) = default;
};

// Of an Origin or Referer header, where it names the same host and port as the Host header does;
// else an empty one.
Authority own_sender(apr_pool_t* pool, const char* sender, const char* host_header);

// An address, or the name that can only be this machine.
bool cannot_be_rebound(const std::string& host);

}  // namespace cutover
