// SPDX-License-Identifier: Apache-2.0
// The new host's certificate. mod_proxy refuses some that are wrong and takes others, by the
// vhost's SSLProxy* directives: what it will refuse would be an error for every visitor.
#include <set>

#include "mod_cutover/cutoverd/new_host/both_hosts.h"
#include "mod_cutover/cutoverd/new_host/host_probe.h"
#include "shared/protocol/findings.h"
#include "shared/words/times.h"

namespace cutover {
namespace {

using Method = HttpQuestion::Method;
using Trust = HttpQuestion::Trust;

constexpr std::int64_t kDay = 24 * 60 * 60;
constexpr std::int64_t kSoon = 14 * kDay;
constexpr const char* kRow = "new-host-certificate";

std::string day(std::int64_t seconds) { return utc(seconds * 1000).substr(0, 10); }

// As it is for one vhost.
class Look {
 public:
  Look(const std::string& url, const Front& front, Nanos limit, std::int64_t now)
      : front_(front), now_(now), question_(question_to_new(url, &front, "/")) {
    question_.method = Method::kConnect;
    question_.limit = limit;
  }

  // What makes it the same look as another.
  std::string kind() const {
    const auto flag = [](bool on) { return on ? "1" : "0"; };
    return std::string(flag(front_.checks_name)) + flag(front_.checks_expiry) +
           flag(front_.checks_peer) + front_.authority + " " + question_.url;
  }

  // Why some of it could not be looked at, or nothing.
  std::string into(Findings& findings) {
    HttpSession session(question_);
    if (const auto connected = session.ask(); !connected) return connected.error;
    ends_ = session.certificate_ends();
    look_at_end(findings);
    if (const std::string why = distrust(Trust::kName); !why.empty())
      add(findings, front_.checks_name, why,
          "give the new host a certificate for the site's name, and say no ProxyPreserveHost Off "
          "in "
          "its vhosts; or SSLProxyCheckPeerName Off");
    const bool expired = ends_ && *ends_ <= now_;  // said already
    if (const std::string why = distrust(Trust::kAuthority); !why.empty() && !expired)
      add(findings, front_.checks_peer, why,
          "name its authority with SSLProxyCACertificateFile, and SSLProxyVerify require: else "
          "whoever stands between the hosts can take its place");
    return failed_;
  }
  std::string end() const { return ends_ ? day(*ends_) : "an unknown day"; }

 private:
  static void add(Findings& findings, bool refused, const std::string& seen,
                  const std::string& remedy) {
    if (refused)
      findings.block(seen + ", so that visitors would get an error", remedy);
    else
      findings.warn(seen + ", which httpd does not mind", remedy);
  }

  void look_at_end(Findings& findings) {
    if (!ends_)
      findings.warn("until when it is valid is not known", "look at it with openssl s_client");
    else if (*ends_ <= now_)
      add(findings, front_.checks_expiry, "it has expired on " + end(), "renew it on the new host");
    else if (*ends_ - now_ < kSoon)
      findings.warn("it expires on " + end(),
                    "renew it; see that this goes on by itself on the new host");
  }

  // Why it is not to be trusted in this, or nothing.
  std::string distrust(Trust trust) {
    HttpQuestion question = question_;
    question.trust = trust;
    if (trust == Trust::kAuthority) question.authority = front_.authority;
    HttpSession session(question);
    const auto asked = session.ask();
    if (asked) return "";
    if (session.distrusted()) return asked.error;
    failed_ = asked.error;
    return "";
  }

  const Front& front_;
  const std::int64_t now_;
  HttpQuestion question_;
  std::optional<std::int64_t> ends_;
  std::string failed_;
};

}  // namespace

std::optional<Check> UrlProbe::certificate(Nanos limit, std::int64_t now_s) {
  if (!url_.starts_with("https://")) return std::nullopt;
  Findings findings;
  std::set<std::string> kinds;
  std::string end;
  for (const Front& front : fronts_) {
    Look look(url_, front, limit / 3, now_s);
    if (!kinds.insert(look.kind()).second) continue;
    if (const std::string why = look.into(findings); !why.empty())
      findings.warn("could not be looked at: " + why, "look again in a moment");
    end = look.end();
  }
  if (kinds.empty())
    return Check{kRow, CheckVerdict::kWarn, "not looked at: the site has no vhost", "give it one"};
  if (!findings.none()) return Check{kRow, findings.worst(), findings.seen(), findings.remedy()};
  return Check{kRow, CheckVerdict::kPass, "valid until " + end, ""};
}

}  // namespace cutover
