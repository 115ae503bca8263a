// SPDX-License-Identifier: Apache-2.0
// Whether the new host's httpd is there, asked by the coordinator itself.
#pragma once

#include <string>

#include "shared/ports.h"

namespace cutover {

class UrlProbe : public HostProbe {
 public:
  explicit UrlProbe(std::string url) : url_(std::move(url)) {}

  // Only http and https URLs can be asked; a balancer's members are mod_proxy's own.
  bool can_ask() const;
  Reading<int> status(Nanos limit) override;
  Answer connects(Nanos limit) override;
  // How long an answer takes on a connection that is open already, as mod_proxy's pooled ones are:
  // the middle one of several.
  Reading<Nanos> latency(Nanos limit);

 private:
  Reading<int> ask(Nanos limit, bool connect_only);

  std::string url_;
};

}  // namespace cutover
