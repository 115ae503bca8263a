// SPDX-License-Identifier: Apache-2.0
// Whether the new host's httpd is there, asked by the coordinator itself: what it says of itself
// (its time, its certificate, for how long it keeps a connection), which this httpd would not pass
// on.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "mod_cutover/cutoverd/new_host/http_session.h"
#include "shared/protocol/check.h"
#include "shared/protocol/front.h"
#include "shared/protocol/ports.h"
#include "shared/protocol/settings.h"

namespace cutover {

class UrlProbe : public HostProbe {
 public:
  // By the Host header with which the first of the site's vhosts asks.
  explicit UrlProbe(const SiteSettings& site);

  // Only http and https URLs can be asked; a balancer's members are mod_proxy's own.
  bool can_ask() const;
  Reading<int> status(Nanos limit) override;
  Answer connects(Nanos limit) override;
  // Status and Date. The application behind it may have to wake up; who takes no connection within
  // `limit` is not there.
  Reading<PageAnswer> look(Nanos limit);
  // What answered then was the site on this very httpd.
  bool leads_here() const { return leads_here_; }
  // Its certificate, as mod_proxy will look at it for each of the vhosts; nothing for http.
  // `now_s`: since the epoch.
  std::optional<Check> certificate(Nanos limit, std::int64_t now_s);

 private:
  HttpQuestion question(HttpQuestion::Method method, Nanos limit) const;
  bool is_front(const std::string& url, const HttpSession& session) const;

  std::string url_;
  std::vector<Front> fronts_;
  bool leads_here_ = false;
};

}  // namespace cutover
