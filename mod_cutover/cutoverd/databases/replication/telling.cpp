// SPDX-License-Identifier: Apache-2.0
// What acts would send, told and not done: by the builders of those that send it, with the links
// as the acts before will have left them.
#include "mod_cutover/cutoverd/databases/replication/replication.h"
#include "shared/protocol/file_position.h"
#include "shared/words/without_values.h"

namespace cutover {
namespace {

constexpr auto kLook = std::chrono::milliseconds(1000);

std::size_t index(Side side) { return side == Side::kOld ? 0 : 1; }

}  // namespace

Reading<std::vector<Sending>> RealReplication::would_send(const std::vector<Act>& acts) {
  const Deadline deadline = Deadline::in(kLook);
  Links links;
  for (const Side side : {Side::kOld, Side::kNew}) {
    auto channels = all_channels(at(side), deadline);
    if (!channels) return {std::nullopt, channels.error};
    links[index(side)] = *std::move(channels.value);
  }
  std::vector<Sending> all;
  for (const Act& act : acts) {
    Sending& sending = all.emplace_back();
    const auto add = [&](Side server, const Spellings& step) {
      sending.statements.push_back({server, without_places(step.front())});
    };
    if (act.kind == Act::Kind::kPersistRoles) {
      for (const Side side : {other(act.server), act.server})
        if (const std::string sql = role_kept(at(side), act.server); !sql.empty()) add(side, {sql});
      continue;
    }
    for (const Spellings& step : steps_of(act, links, deadline)) add(act.server, step);
    if (act.kind == Act::Kind::kArmWayBack && from_other_in(links, act.server).empty())
      sending.not_done = can_be_linked_to(at(other(act.server))).why;
    foresee(act, links);
  }
  return {std::move(all), {}};
}

std::vector<Channel> RealReplication::from_other_in(const Links& links, Side side) {
  return those_from_other(side, links[index(side)]);
}

std::vector<Spellings> RealReplication::steps_of(const Act& act, const Links& links,
                                                 Deadline deadline) {
  const Dialect& dialect = at(act.server).dialect();
  switch (act.kind) {
    case Act::Kind::kTakeCommand:
      if (at(act.server).in_command()) return {};
      return {{Server::statement_of_command()}};
    case Act::Kind::kFence:
      return steps_to_set(dialect, Writable::kNo, act.limit);
    case Act::Kind::kUnfence:
      return steps_to_set(dialect, Writable::kYes, act.limit);
    case Act::Kind::kPromote: {
      std::vector<Spellings> steps;
      if (from_other_in(links, other(act.server)).empty())  // no ring
        steps = steps_to_forget(dialect, links[index(act.server)]);
      for (Spellings& step : steps_to_set(dialect, Writable::kYes, act.limit))
        steps.push_back(std::move(step));
      return steps;
    }
    case Act::Kind::kSever:
      return steps_to_forget(dialect, links[index(act.server)]);
    case Act::Kind::kArmWayBack:
      return steps_to_arm(act.server, act.position, links);
    case Act::Kind::kStopApplying:
      return steps_to_stop(dialect, from_other_in(links, act.server));
    case Act::Kind::kRenewLink:
      return steps_to_renew(act.server, links);
    case Act::Kind::kRemember: {
      std::vector<Spellings> steps = steps_to_remember(act.pair, act.served);
      if (!lacks_table(act.server, act.pair, deadline)) return steps;
      std::vector<Spellings> table = steps_to_make_table(act.server);
      table.push_back(steps.at(1));  // once more
      steps.insert(steps.begin() + 2, table.begin(), table.end());
      return steps;
    }
    case Act::Kind::kPersistRoles:
      break;
  }
  return {};
}

// A link that applies is left as it is; one that stands ready is begun anew.
std::vector<Spellings> RealReplication::steps_to_renew(Side writer, const Links& links) {
  const std::vector<Channel> channels = from_other_in(links, writer);
  if (channels.size() != 1 || channels.front().sql != "No") return {};
  const Channel& channel = channels.front();
  const Dialect& dialect = at(writer).dialect();
  const bool by_file = channel.by_gtid == "No";
  std::vector<Spellings> steps =
      dialect.renew(channel.name, by_file ? Position{} : position(writer).value.value_or("0-0-0"));
  steps.push_back(dialect.receive(channel.name));
  return steps;
}

void RealReplication::foresee(const Act& act, Links& links) {
  std::vector<Channel>& into = links[index(act.server)];
  const bool ring = !from_other_in(links, other(act.server)).empty();
  const auto set = [&](const char* io, const char* sql) {
    for (Channel& channel : into) {
      if (those_from_other(act.server, {channel}).empty()) continue;
      if (io != nullptr) channel.io = io;
      if (sql != nullptr) channel.sql = sql;
    }
  };
  if (act.kind == Act::Kind::kSever || (act.kind == Act::Kind::kPromote && !ring)) into.clear();
  if (act.kind == Act::Kind::kStopApplying) set(nullptr, "No");
  if (act.kind == Act::Kind::kRenewLink) set("Yes", nullptr);
  if (act.kind != Act::Kind::kArmWayBack) return;
  const bool built = from_other_in(links, act.server).empty();
  set("Yes", "Yes");
  if (!built || !can_be_linked_to(at(other(act.server))).done()) return;
  Channel& channel = into.emplace_back();
  channel.io = channel.sql = "Yes";
  channel.source = at(other(act.server)).identity();
  channel.by_gtid = is_by_file(act.position) ? "No" : "Slave_Pos";
}

}  // namespace cutover
