// SPDX-License-Identifier: Apache-2.0
// Looking: what the monitoring sessions say. Changes nothing, takes a second at most.
#include "mod_cutover/cutoverd/databases/replication/replication.h"

#include <algorithm>
#include <thread>

#include "mod_cutover/cutoverd/databases/checks/table.h"
#include "mod_cutover/cutoverd/databases/dialect/by_file.h"
#include "mod_cutover/cutoverd/databases/replication/connect.h"

namespace cutover {
namespace {

constexpr auto kLook = std::chrono::milliseconds(1000);
constexpr auto kRest = std::chrono::milliseconds(10);  // between looks at a server that is away
std::vector<std::string> secrets_of(const ConnectOptions& a, const ConnectOptions& b) {
  return {a.password, a.replication_password, b.password, b.replication_password};
}

std::string state_of(const Channel& c) {
  std::string text = "IO thread " + c.io + ", SQL thread " + c.sql;
  if (!c.error.empty()) text += ": " + c.error;
  return text;
}

}  // namespace

RealReplication::RealReplication(const SiteSettings& site, const ConnectOptions& old_options,
                                 const ConnectOptions& new_options, const Claim& claim)
    : site_(site),
      servers_{Server(Side::kOld, old_options, secrets_of(old_options, new_options), claim),
               Server(Side::kNew, new_options, secrets_of(old_options, new_options), claim)} {}

Reading<Position> RealReplication::position(Side side) {
  const Deadline deadline = Deadline::in(kLook);
  const auto session = at(side).monitor(deadline);
  if (!session) return {std::nullopt, session.error};
  if (go_by_file(side, deadline)) {
    const auto standing = by_file(side, deadline);
    if (!standing) return {std::nullopt, standing.error};
    return at(side).named((*standing)->position());
  }
  return at(side).named(at(side).dialect().position(**session, deadline));
}

Reading<bool> RealReplication::read_only(Side side) {
  const Deadline deadline = Deadline::in(kLook);
  const auto session = at(side).monitor(deadline);
  if (!session) return {std::nullopt, session.error};
  return closed(side, at(side).dialect().writable(**session, deadline));
}

Reading<bool> RealReplication::closed(Side side, const Reading<Writable>& writable) {
  if (!writable) return at(side).named(Reading<bool>{std::nullopt, writable.error});
  if (*writable == Writable::kPartly) {
    return {std::nullopt, at(side).label() +
                              ": read_only=1 without super_read_only=1 is neither open nor closed; "
                              "set super_read_only to 1, or read_only to 0 where it serves"};
  }
  return {*writable == Writable::kNo, {}};
}

Reading<bool> RealReplication::has_applied(Side side, const Position& position) {
  const Deadline deadline = Deadline::in(kLook);
  const auto session = at(side).monitor(deadline);
  if (!session) return {std::nullopt, session.error};
  if (is_by_file(position)) {
    const auto standing = by_file(side, deadline);
    if (!standing) return {std::nullopt, standing.error};
    return at(side).named((*standing)->has_applied(position));
  }
  return at(side).named(at(side).dialect().has_applied(**session, position, deadline));
}

Reading<OwnWrites> RealReplication::own_writes(Side side, const Position& position) {
  const Deadline deadline = Deadline::in(kLook);
  const auto session = at(side).monitor(deadline);
  if (!session) return {std::nullopt, session.error};
  if (is_by_file(position)) return own_by_file(side, position, deadline);
  return at(side).named(
      log_of(side).look(**session, at(side).dialect(), at(side).identity(), position, deadline));
}

Reading<ServerLife> RealReplication::life(Side side) {
  const auto life = at(side).life(Deadline::in(kLook));
  return at(side).named(life);
}

Reading<LinkState> RealReplication::link_into(Side side) {
  const Deadline deadline = Deadline::in(kLook);
  const auto session = at(side).monitor(deadline);
  if (!session) return {std::nullopt, session.error};
  const Result status = at(side).dialect().replica_status(**session, deadline);
  if (!status.ok()) return {std::nullopt, status.error};
  const std::vector<Channel> channels = channels_of(status.rows);
  learn_kind(side, channels);
  LinkState link;
  link.configured = !channels.empty();
  if (!link.configured) {
    link.error = at(side).label() + " replicates from nowhere";
    back_link_[side == Side::kOld ? 0 : 1] = false;
    return {link, {}};
  }
  // The other's identity: as it is now, or as it was when it was last reached.
  const auto source = at(other(side)).monitor(deadline);
  if (!source) return {std::nullopt, source.error};
  const Dialect& dialect = at(side).dialect();
  link.receiving = link.applying = link.from_the_other = true;
  bool met = true;  // a channel that has not met its source since a restart does not know it
  for (const Channel& c : channels) {
    link.receiving &= c.io == "Yes";
    link.applying &= c.sql == "Yes";
    link.from_the_other &= dialect.same_server(c.source, at(other(side)).identity());
    met &= dialect.same_server(c.source, c.source);
    link.seconds_behind = c.seconds_behind;
    if (!c.running() || !c.error.empty()) link.error = state_of(c);
  }
  if (channels.size() > 1) {
    link.error = std::to_string(channels.size()) + " channels; one, from the other, is right";
  }
  if (met) back_link_[side == Side::kOld ? 0 : 1] = link.from_the_other;
  return {link, {}};
}

Answer RealReplication::wait_applied(Side side, const Position& position, Nanos slice) {
  const Deadline end = Deadline::in(slice);
  // On the monitoring session: a wait that is given up has no effect that could come later.
  const auto session = at(side).monitor(end);
  Answer answer = Answer::unknown(session.error);
  if (session)
    answer = is_by_file(position) ? wait_for_place(**session, at(side).dialect(),
                                                   at(side).identity(), position, slice)
                                  : at(side).dialect().wait_applied(**session, position, slice);
  if (answer.done()) return answer;
  if (const auto link = link_into(side); link && !(link->receiving && link->applying)) {
    answer.why = "replication into " + at(side).label() + " does not run (" + link->error + "); " +
                 answer.why;
  }
  // A server that refuses at once must not make the caller's loop spin.
  std::this_thread::sleep_for(std::clamp<Nanos>(end.left(), Nanos::zero(), kRest));
  return answer;
}

std::vector<Check> RealReplication::preflight(Direction direction, const Position& baseline) {
  return run_preflight(site_, *this, at(leaving(direction)), at(arriving(direction)), direction,
                       baseline);
}

std::unique_ptr<Replication> connect(const SiteSettings& site, const ConnectOptions& old_options,
                                     const ConnectOptions& new_options, const Claim& claim) {
  return std::make_unique<RealReplication>(site, old_options, new_options, claim);
}

}  // namespace cutover
