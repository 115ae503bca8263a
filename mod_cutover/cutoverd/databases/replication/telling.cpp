// SPDX-License-Identifier: Apache-2.0
// What an act would send, told and not done: by the builders of those that send it.
#include "mod_cutover/cutoverd/databases/replication/replication.h"
#include "shared/words/without_values.h"

namespace cutover {
namespace {

constexpr auto kLook = std::chrono::milliseconds(1000);

}  // namespace

Reading<std::vector<Statement>> RealReplication::would_send(const Act& act) {
  const Deadline deadline = Deadline::in(kLook);
  std::vector<Statement> all;
  const auto add = [&all](Side server, const Spellings& step) {
    all.push_back({server, without_places(step.front())});
  };
  // A dialect is known once its server was reached.
  for (const Side side : {Side::kOld, Side::kNew})
    if (const auto session = at(side).monitor_now(deadline); !session)
      return {std::nullopt, session.error};
  if (act.kind == Act::Kind::kPersistRoles) {
    for (const Side side : {other(act.server), act.server})
      if (const std::string sql = role_kept(at(side), act.server); !sql.empty()) add(side, {sql});
    return {std::move(all), {}};
  }
  const Reading<std::vector<Spellings>> steps = steps_of(act, deadline);
  if (!steps) return {std::nullopt, steps.error};
  for (const Spellings& step : *steps) add(act.server, step);
  return {std::move(all), {}};
}

Reading<std::vector<Spellings>> RealReplication::steps_of(const Act& act, Deadline deadline) {
  Server& server = at(act.server);
  const Dialect& dialect = server.dialect();
  switch (act.kind) {
    case Act::Kind::kFence:
      return {steps_to_set(dialect, Writable::kNo, act.limit), {}};
    case Act::Kind::kUnfence:
      return {steps_to_set(dialect, Writable::kYes, act.limit), {}};
    case Act::Kind::kPromote: {
      Reading<std::vector<Spellings>> steps{std::vector<Spellings>{}, {}};
      if (!has_ring(act.server, deadline)) steps = steps_to_forget(server, deadline);
      if (!steps) return steps;
      for (Spellings& step : steps_to_set(dialect, Writable::kYes, act.limit))
        steps.value->push_back(std::move(step));
      return steps;
    }
    case Act::Kind::kSever:
      return steps_to_forget(server, deadline);
    case Act::Kind::kArmWayBack:
      return steps_to_arm(act.server, act.position, deadline);
    case Act::Kind::kStopApplying: {
      const auto channels = channels_from_other(act.server, deadline);
      if (!channels) return {std::nullopt, channels.error};
      return {steps_to_stop(dialect, *channels), {}};
    }
    case Act::Kind::kRenewLink:
      return steps_to_renew(act.server, act.position, deadline);
    case Act::Kind::kRemember:
      return {steps_to_remember(act.pair, act.served), {}};
    case Act::Kind::kPersistRoles:
      break;
  }
  return {std::nullopt, "it cannot be told what that sends"};
}

// A link that applies is left as it is; one that stands ready is begun anew.
Reading<std::vector<Spellings>> RealReplication::steps_to_renew(Side writer, const Position&,
                                                                Deadline deadline) {
  const auto channels = channels_from_other(writer, deadline);
  if (!channels) return {std::nullopt, channels.error};
  std::vector<Spellings> steps;
  if (channels->size() != 1 || channels->front().sql != "No") return {steps, {}};
  const Channel& channel = channels->front();
  const Dialect& dialect = at(writer).dialect();
  const Reading<Position> has = position(writer);
  if (!has) return {std::nullopt, has.error};
  steps = dialect.renew(channel.name, channel.by_gtid == "No" ? Position{} : *has);
  steps.push_back(dialect.receive(channel.name));
  return {steps, {}};
}

}  // namespace cutover
