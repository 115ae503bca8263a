// SPDX-License-Identifier: Apache-2.0
// The new host's certificate. mod_proxy refuses some that are wrong and takes others, by the
// vhost's SSLProxy* directives: what it will refuse would be an error for every visitor.
#include "mod_cutover/cutoverd/host_probe.h"
#include "mod_cutover/cutoverd/times.h"
#include "shared/findings.h"

namespace cutover {
namespace {

using Method = HttpQuestion::Method;
using Trust = HttpQuestion::Trust;

constexpr std::int64_t kDay = 24 * 60 * 60;
constexpr std::int64_t kSoon = 14 * kDay;
constexpr const char* kRow = "new-host-certificate";

struct Looked {
  Findings findings;
  void add(bool refused, const std::string& seen, const std::string& remedy) {
    if (refused)
      findings.block(seen + ", and every visitor would get an error", remedy);
    else
      findings.warn(seen + ", which httpd does not mind", remedy);
  }
};

std::string day(std::int64_t seconds) { return utc(seconds * 1000).substr(0, 10); }

void look_at_end(Looked& looked, std::int64_t ends, std::int64_t now, const Front& front) {
  if (ends <= now)
    looked.add(front.checks_expiry, "it has expired on " + day(ends), "renew it on the new host");
  else if (ends - now < kSoon)
    looked.findings.warn("it expires on " + day(ends),
                         "renew it; see that this goes on by itself on the new host");
}

}  // namespace

std::optional<Check> UrlProbe::certificate(Nanos limit, std::int64_t now_s) {
  if (!url_.starts_with("https://")) return std::nullopt;
  const Front front = front_.value_or(Front{});
  HttpQuestion q = question(Method::kConnect, limit / 3);
  HttpSession session(q);
  if (const auto connected = session.ask(); !connected)
    return Check{kRow, CheckVerdict::kWarn, "could not be looked at: " + connected.error,
                 "look again in a moment"};
  const std::optional<std::int64_t> ends = session.certificate_ends();
  Looked looked;
  if (ends)
    look_at_end(looked, *ends, now_s, front);
  else
    looked.findings.warn("until when it is valid is not known", "look at it with openssl s_client");

  q.trust = Trust::kName;
  HttpSession by_name(q);
  if (const auto asked = by_name.ask(); !asked)
    looked.add(front.checks_name && by_name.distrusted(), asked.error,
               "give the new host a certificate for the site's name; or SSLProxyCheckPeerName Off");
  q.trust = Trust::kAuthority;
  q.authority = front.authority;
  HttpSession by_authority(q);
  const bool expired = ends && *ends <= now_s;  // said already
  if (const auto asked = by_authority.ask(); !asked && !expired)
    looked.add(
        front.checks_peer && by_authority.distrusted(), asked.error,
        "name its authority with SSLProxyCACertificateFile, and SSLProxyVerify require: else "
        "whoever stands between the hosts can take its place");
  if (!looked.findings.none())
    return Check{kRow, looked.findings.worst(), looked.findings.seen(), looked.findings.remedy()};
  return Check{kRow, CheckVerdict::kPass, "valid until " + day(*ends), ""};
}

}  // namespace cutover
