// SPDX-License-Identifier: Apache-2.0
// The httpds that are compared: each serves the same small page, in its own way.
#pragma once

#include <memory>
#include <string>

#include "tests/harness/httpd.h"

namespace cutover::bench {

struct Server {
  std::unique_ptr<harness::Httpd> httpd;
  std::string url;
};

Server plain();                               // no module of ours
Server gated();                               // the module, a site, old serves
Server pooled(const std::string& backend);    // ProxyPass, the worker's defaults
Server switched(const std::string& backend);  // the module, a site, new serves

}  // namespace cutover::bench
