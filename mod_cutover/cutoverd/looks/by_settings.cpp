// SPDX-License-Identifier: Apache-2.0
#include "mod_cutover/cutoverd/looks/by_settings.h"

#include <algorithm>
#include <string>
#include <string_view>

#include "shared/protocol/reach.h"
#include "shared/words/phrases.h"
#include "shared/words/times.h"

namespace cutover {

// httpd has looked, at its start.
Check vhosts(const SiteSettings& site) {
  if (site.vhost_doubts.empty())
    return {"vhosts", CheckVerdict::kPass, "nothing seems to be forgotten in them", ""};
  return {"vhosts", CheckVerdict::kWarn, joined(site.vhost_doubts, "; "),
          "mend it in httpd's configuration, then `apachectl graceful`"};
}

namespace {

// A pause is far shorter, but one that is aborted may take longer.
constexpr double kCrowdSeconds = 1;

}  // namespace

// httpd has looked, too. It is the crowd that counts, and a limit that somebody asked for.
Check hold_capacity(const SiteSettings& site, const std::string& httpd,
                    const std::optional<Load>& load) {
  const bool asked = site.where.count("CutoverHoldLimit") != 0;
  std::string seen = "httpd can hold " + std::to_string(site.hold_room) + " requests at once";
  if (!httpd.empty()) seen += " (" + httpd + ")";
  if (load) seen += "; the busiest second had " + whole_number(load->per_second);
  const bool crowded =
      load && load->per_second * kCrowdSeconds > static_cast<double>(site.hold_room);
  if (!crowded && (!asked || site.hold_problems.empty()))
    return {"hold-capacity", CheckVerdict::kPass, seen, ""};
  return {"hold-capacity", CheckVerdict::kWarn,
          seen + (site.hold_problems.empty() ? "" : "; " + joined(site.hold_problems, "; ")),
          "set what it names, or a CutoverHoldLimit that suits the site; those beyond get 503"};
}

// The old host ends TLS and goes on in clear text: what visitors send in secret is read on the way.
std::optional<Check> traffic_in_clear(const SiteSettings& site) {
  constexpr std::string_view kHttp = "http://";
  const bool tls = std::ranges::any_of(site.fronts, &Front::tls);
  if (!tls || !site.new_host.starts_with(kHttp)) return std::nullopt;
  std::string host = site.new_host.substr(kHttp.size());
  host = name_in(host.substr(0, host.find('/')));
  const Reach reach = reach_of(host);
  const std::string seen = "visitors come with TLS and are passed on in clear text, ";
  if (reach == Reach::kLoopback)
    return Check{"traffic-in-clear", CheckVerdict::kPass, seen + "by the loopback alone", ""};
  if (reach == Reach::kPrivate)
    return Check{"traffic-in-clear", CheckVerdict::kPass,
                 seen + "over a private network, to " + host, ""};
  return Check{"traffic-in-clear", CheckVerdict::kWarn, seen + "to " + host,
               "an https:// URL in CutoverNewHost; or a tunnel, or a private network, by its "
               "address"};
}

}  // namespace cutover
