// SPDX-License-Identifier: Apache-2.0
#include "shared/protocol/settings.h"

#include <algorithm>
#include <array>
#include <string_view>

namespace cutover {
namespace {

bool is_below(std::string_view path, std::string_view folder) {
  if (folder.ends_with('/')) folder.remove_suffix(1);
  return path.starts_with(folder) && (path.size() == folder.size() || path[folder.size()] == '/');
}

constexpr std::array<std::string_view, 5> kHookEvents = {
    "before-switch", "after-switch", "before-rollback", "after-rollback", "aborted"};
constexpr std::array<std::string_view, 4> kInPause = {"fence", "fenced", "unfence", "promote"};

std::string ms(Millis d) { return std::to_string(d.count()) + " ms"; }

class Checker {
 public:
  explicit Checker(const SiteSettings& site) : site_(site) {}

  // `right` says what would be right.
  void demand(bool holds, const char* directive, const std::string& right) {
    if (!holds) problems_.push_back({place(directive), text(directive, right), true});
  }
  void advise(bool holds, const char* directive, const std::string& right) {
    if (!holds) problems_.push_back({place(directive), text(directive, right), false});
  }
  std::vector<Problem> take() { return std::move(problems_); }

 private:
  Where place(const char* directive) const {
    auto it = site_.where.find(directive);
    if (it == site_.where.end()) it = site_.where.find("CutoverSite");
    return it == site_.where.end() ? Where{} : it->second;
  }
  std::string text(const char* directive, const std::string& right) const {
    return "site " + site_.name + ": " + directive + " " + right;
  }

  const SiteSettings& site_;
  std::vector<Problem> problems_;
};

void check_times(Checker& c, const SiteSettings& s, const ServerFacts& server) {
  for (const auto& [directive, value] : {std::pair{"CutoverCheckInterval", s.check_interval},
                                         {"CutoverHoldTimeout", s.hold_timeout},
                                         {"CutoverDrainTimeout", s.drain_timeout},
                                         {"CutoverFenceTimeout", s.fence_timeout},
                                         {"CutoverCatchUpTimeout", s.catch_up_timeout},
                                         {"CutoverProofTimeout", s.proof_timeout},
                                         {"CutoverHookTimeout", s.hook_timeout},
                                         {"CutoverMaxLag", s.max_lag}})
    c.demand(value > Millis{0}, directive, "must be longer than nothing");
  c.demand(s.check_interval >= Millis{10}, "CutoverCheckInterval", "must be 10ms or longer");
  c.demand(s.hold_timeout < server.timeout, "CutoverHoldTimeout",
           "(" + ms(s.hold_timeout) + ") must be shorter than the vhost's Timeout (" +
               ms(server.timeout) + "), or httpd closes held connections by itself");
  const Millis phases = s.phases_time();
  const std::string all = std::string("drain, fence and catch-up") +
                          (s.hooks_time() == Millis{0} ? "" : ", the hooks in the pause") +
                          (s.proofs.empty() ? "" : ", the proofs and their way back");
  c.demand(s.hold_timeout > phases, "CutoverHoldTimeout",
           "(" + ms(s.hold_timeout) + ") must be longer than " + all + " together (" + ms(phases) +
               "), or held requests get 503 in a switch that would have succeeded");
  const bool asked_for = s.where.contains("CutoverQuietTimeout");
  c.advise(!asked_for || s.quiet_time() == s.quiet_timeout, "CutoverQuietTimeout",
           "(" + ms(s.quiet_timeout) + ") is longer than what CutoverHoldTimeout (" +
               ms(s.hold_timeout) + ") leaves beside " + all + " (" + ms(phases) +
               "); quieting takes " + ms(s.quiet_time()) + " at most");
}

// What cannot be read back, or would be done twice, or never taken back, is refused here: in the
// pause it would be found out with everybody waiting.
void check_hooks(Checker& c, const SiteSettings& s) {
  for (const Hook& hook : s.hooks)
    c.demand(std::ranges::count(kHookEvents, hook.event) > 0 || is_in_pause(hook), "CutoverHook",
             "knows no event '" + hook.event +
                 "'; there are before-switch, after-switch, before-rollback, after-rollback and "
                 "aborted, and in the pause fence, fenced, unfence and promote");
  for (const char* event : {"fence", "promote"})
    c.demand(!s.has_hook(event) || s.has_databases(), "CutoverHook",
             std::string(event) +
                 " is for databases, which tell whether it has worked, and this site has none; "
                 "write fenced and unfence, whose exit status alone counts then");
  const auto instead = [&](const char* event, bool on, const std::string& directive) {
    c.demand(!s.has_hook(event) || !s.has_databases() || !on, "CutoverHook",
             std::string(event) + " is run instead of what " + directive + " On does; say " +
                 directive + " Off, or leave it out");
  };
  instead("fence", s.fence, "CutoverFence");
  instead("promote", s.promote, "CutoverPromote");
  c.demand(!s.has_hook("fence") || s.has_hook("unfence"), "CutoverHook",
           "fence needs an unfence beside it, or nobody would make the database writable again "
           "after an abort");
  const bool others_fence = s.has_databases() && !s.fence;
  c.demand(
      !s.has_hook("unfence") || s.has_hook("fenced") || others_fence, "CutoverHook",
      "unfence has nothing to take back; it needs a fenced, or databases and CutoverFence Off");
}

}  // namespace

bool is_in_pause(const Hook& hook) { return std::ranges::count(kInPause, hook.event) > 0; }

bool SiteSettings::has_hook(std::string_view event) const {
  return std::ranges::count(hooks, event, &Hook::event) > 0;
}

Millis SiteSettings::hook_time(std::string_view event) const {
  return static_cast<Millis::rep>(std::ranges::count(hooks, event, &Hook::event)) * hook_timeout;
}

Millis SiteSettings::phases_time() const {
  const Millis there = drain_timeout + hooks_time() +
                       (has_databases() ? fence_timeout + catch_up_timeout : Millis{0});
  const auto pages = static_cast<Millis::rep>(proofs.size());
  return proofs.empty() ? there : there + pages * proof_timeout + return_time();
}

Millis SiteSettings::return_time() const {
  return has_databases() ? fence_timeout + catch_up_timeout : Millis{0};
}

Millis SiteSettings::quiet_time() const {
  return std::clamp(hold_timeout - phases_time(), Millis{0}, quiet_timeout);
}

std::vector<Problem> check(const SiteSettings& s, const ServerFacts& server) {
  Checker c(s);
  c.demand(!s.new_host.empty(), "CutoverNewHost",
           "is missing; say where the new host is, such as CutoverNewHost http://10.0.0.2");
  check_times(c, s, server);
  c.demand(s.hold_limit > 0, "CutoverHoldLimit", "must be at least 1");
  c.demand(s.old_database.has_value() || !s.new_database.has_value(), "CutoverNewDatabase",
           "is there but CutoverOldDatabase is not; give both, or neither for a site without one");
  c.demand(s.new_database.has_value() || !s.old_database.has_value(), "CutoverOldDatabase",
           "is there but CutoverNewDatabase is not; give both, or neither for a site without one");
  check_hooks(c, s);
  for (const std::string& path : s.remote)
    c.demand(std::none_of(s.local.begin(), s.local.end(),
                          [&](const std::string& local) {
                            return is_below(path, local) || is_below(local, path);
                          }),
             "CutoverRemote",
             path +
                 " is served here by CutoverLocal, or has a path below it that is; a path has "
                 "one of both");
  for (const Probe& proof : s.proofs)
    c.demand(
        std::ranges::none_of(s.local,
                             [&](const std::string& local) { return is_below(proof.path, local); }),
        "CutoverProof",
        proof.path + " is served here by CutoverLocal, and would prove nothing of the new host");
  c.demand(!s.close_stragglers || (s.fence && s.has_databases()), "CutoverStragglers",
           "close needs databases and CutoverFence On: what a request that is left behind still "
           "writes would be lost");
  c.demand(!s.stragglers_after || *s.stragglers_after <= s.drain_timeout, "CutoverStragglers",
           "close " + ms(s.stragglers_after.value_or(Millis{0})) +
               " is longer than CutoverDrainTimeout (" + ms(s.drain_timeout) +
               "), which ends the drain before; make it shorter, or leave the time out");
  c.demand(s.has_databases() || s.leave_behind.empty(), "CutoverLeaveBehind",
           "names what is on the leaving database server, and this site has no database; give "
           "CutoverOldDatabase and CutoverNewDatabase, or leave it out");
  c.advise(
      s.fence || !s.has_databases() || s.has_hook("fence"), "CutoverFence",
      "is Off: a switch waits until somebody else has made the leaving database read-only, and "
      "is aborted where nobody does within CutoverFenceTimeout");
  return c.take();
}

}  // namespace cutover
