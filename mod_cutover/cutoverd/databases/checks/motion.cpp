// SPDX-License-Identifier: Apache-2.0
// Preflight: how far behind it is, how fast it catches up, and who is open to writes.
#include <algorithm>
#include <thread>

#include "mod_cutover/cutoverd/databases/checks/rows.h"
#include "shared/figures/lag_meter.h"

namespace cutover {
namespace {

using std::chrono::milliseconds;

constexpr int kSamples = 8;
constexpr milliseconds kBetween{40};
constexpr milliseconds kCatchUp{1000};
constexpr milliseconds kSlice{250};

Nanos monotonic() { return std::chrono::steady_clock::now().time_since_epoch(); }

std::string in_ms(Nanos time) {
  return std::to_string(std::chrono::duration_cast<milliseconds>(time).count()) + " ms";
}

// The server's own figure is information only: it says 0 over a link that is silently dead.
Finding lag(Scene& scene) {
  LagMeter meter;
  Nanos highest{0};
  std::string error;
  for (int i = 0; i < kSamples; ++i) {
    if (i > 0) std::this_thread::sleep_for(kBetween);
    const Nanos now = monotonic();
    const auto position = scene.replication.position(scene.leaving.side());
    error = position.error;
    meter.sample(now, position.value, [&](const Position& p) {
      const auto applied = scene.replication.has_applied(scene.arriving.side(), p);
      if (!applied) error = applied.error;
      return applied.value;
    });
    const auto link = scene.replication.link_into(scene.arriving.side());
    if (!link || !link->receiving || !link->applying) {
      return Finding::unseen("replication into " + scene.arriving.label() +
                                 " does not run: " + (link ? link->error : link.error),
                             "START REPLICA (START SLAVE) on " + scene.arriving.label());
    }
    if (!meter.lag()) return Finding::unseen("the lag is unknown: " + error, "");
    highest = std::max(highest, *meter.lag());
  }
  const std::string seen = "at most " + in_ms(highest) + " in " + std::to_string(kSamples) +
                           " samples; CutoverMaxLag is " + in_ms(scene.site.max_lag);
  if (highest <= scene.site.max_lag) return Finding::pass(seen);
  return Finding::block(seen, "wait until it has caught up, or find out what holds it up");
}

Finding catch_up(Scene& scene) {
  const auto position = scene.replication.position(scene.leaving.side());
  if (!position) return Finding::unseen(position.error, "");
  const Nanos start = monotonic();
  const Deadline deadline = scene.deadline.within(kCatchUp);
  Answer answer = Answer::no("no time was left");
  while (!deadline.over()) {
    answer = scene.replication.wait_applied(scene.arriving.side(), *position,
                                            std::min<Nanos>(deadline.left(), kSlice));
    if (answer.done()) {
      return Finding::pass("a position of " + scene.leaving.label() + " was applied after " +
                           in_ms(monotonic() - start));
    }
  }
  return Finding::block(
      "a position of " + scene.leaving.label() + " was not applied within " + in_ms(kCatchUp) +
          ": " + answer.why,
      "see to the link between the two and to the load of " + scene.arriving.label());
}

std::string words(Writable state) {
  if (state == Writable::kPartly) return "read_only without super_read_only";
  return state == Writable::kNo ? "read-only" : "writable";
}

Finding read_only(Scene& scene) {
  std::optional<Writable> states[2];
  Server* servers[] = {&scene.leaving, &scene.arriving};
  for (int i = 0; i < 2; ++i) {
    const auto session = servers[i]->monitor_now(scene.deadline);
    if (!session) return Finding::unseen(session.error, "");
    const auto state = servers[i]->dialect().writable(**session, scene.deadline);
    if (!state) return Finding::unseen(state.error, "");
    states[i] = *state;
  }
  const std::string seen = scene.leaving.label() + " is " + words(*states[0]) + ", " +
                           scene.arriving.label() + " is " + words(*states[1]);
  if (*states[1] != Writable::kNo) {
    const std::string remedy = std::string("SET GLOBAL ") +
                               (scene.mariadb() ? "read_only" : "super_read_only") + "=1 on " +
                               scene.arriving.label();
    return scene.site.promote ? Finding::block(seen, remedy) : Finding::warn(seen, remedy);
  }
  if (*states[0] != Writable::kYes) {
    const std::string remedy =
        "SET GLOBAL read_only=0 on " + scene.leaving.label() + ", if it is the one that serves";
    return scene.site.fence ? Finding::block(seen, remedy) : Finding::warn(seen, remedy);
  }
  return Finding::pass(seen);
}

// MariaDB takes read_only from my.cnf alone at a restart; MySQL's own persisted value wins there.
// MySQL 5.7 keeps nothing, and does not tell where a value comes from.
Finding restart_keeps_role(Scene& scene) {
  if (scene.release(scene.arriving).has_persist()) return Finding::pass("kept with SET PERSIST");
  if (!scene.mariadb())
    return Finding::pass("set at run time; whether " + scene.arriving.label() +
                         " has read_only in its configuration, it does not tell");
  const Result r = scene.ask(scene.arriving,
                             "SELECT GLOBAL_VALUE_ORIGIN FROM information_schema.system_variables "
                             "WHERE VARIABLE_NAME = 'READ_ONLY'");
  if (!r.ok()) return Finding::unseen(r.error, "");
  const std::string origin = r.rows.at(0, 0).value_or("");
  if (origin != "CONFIG" && origin != "COMMAND-LINE") return Finding::pass("set at run time");
  return Finding::warn(scene.arriving.label() + " has read_only=1 in its configuration (" + origin +
                           "): it comes back read-only from a restart",
                       "take it out of my.cnf once it serves");
}

std::string within(Millis limit, const char* directive) {
  return std::to_string(limit.count()) + " ms at most (" + directive + ")";
}

// With a part of it left to others, what is then nobody's promise. A hook of the pause is run for
// it, and what it does is read back.
Finding scope(Scene& scene) {
  std::vector<std::string> without;
  std::vector<std::string> by_hook;
  if (scene.site.has_hook("fence"))
    by_hook.push_back("the hook fence makes " + scene.leaving.label() + " read-only");
  if (scene.site.has_hook("promote"))
    by_hook.push_back("the hook promote makes " + scene.arriving.label() + " writable");
  if (!scene.site.fence && !scene.site.has_hook("fence")) {
    without.push_back("CutoverFence Off: a run waits until others have made " +
                      scene.leaving.label() + " read-only, " +
                      within(scene.site.fence_timeout, "CutoverFenceTimeout") +
                      ", and is aborted where they do not");
  }
  if (!scene.site.promote && !scene.site.has_hook("promote")) {
    without.push_back("CutoverPromote Off: a run waits until others have made " +
                      scene.arriving.label() + " writable, " +
                      within(scene.site.catch_up_timeout, "CutoverCatchUpTimeout") +
                      ", and goes back where they do not");
  }
  if (!scene.site.reverse) {
    without.push_back(
        "CutoverReverse Off: no way back is armed; a roll-back after the first "
        "write is refused");
  }
  if (without.empty() && !by_hook.empty())
    return Finding::pass(joined(by_hook, "; ") + ", " +
                         within(scene.site.hook_timeout, "CutoverHookTimeout") +
                         ", and it is read back");
  if (without.empty()) return Finding::pass("fence, promotion and way back are made here");
  return Finding::warn(joined(without, "; "), "set them On where nobody else does it");
}

}  // namespace

std::vector<CheckRow> motion_checks() {
  constexpr auto kBlock = CheckVerdict::kBlock;
  return {{"lag", kBlock, lag},
          {"catch-up", kBlock, catch_up},
          {"read-only", kBlock, read_only},
          {"restart-keeps-role", CheckVerdict::kWarn, restart_keeps_role},
          {"scope", CheckVerdict::kWarn, scope}};
}

}  // namespace cutover
