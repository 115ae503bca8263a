// SPDX-License-Identifier: Apache-2.0
// Acting: the fence and its undoing, the promotion. Sent by the session that owns the lock, proved
// by reading back, never left under way unseen.
#include <algorithm>
#include <cmath>

#include "mod_cutover/cutoverd/databases/replication/replication.h"
#include "mod_cutover/cutoverd/databases/server/who_blocks.h"

namespace cutover {
namespace {

constexpr auto kReadBack = std::chrono::milliseconds(1000);
// What a server that is promoted wants to know of the other one, which may be dead.
constexpr auto kOtherServer = std::chrono::milliseconds(300);

// The server's own limit counts whole seconds and at least one; it ends the wait with an answer,
// which is better than a kill, where it falls within the caller's.
std::string lock_wait(Nanos limit) {
  const auto seconds =
      std::chrono::duration_cast<std::chrono::seconds>(limit - std::chrono::milliseconds(1));
  return "SET SESSION lock_wait_timeout=" +
         std::to_string(std::max<std::int64_t>(1, seconds.count()));
}

std::string verb(Writable wanted) { return wanted == Writable::kNo ? "read-only" : "writable"; }

}  // namespace

Answer RealReplication::take_command(Nanos limit) {
  const Deadline deadline = Deadline::in(limit);
  for (Server& server : servers_)
    if (const Answer owned = server.ensure_command(deadline); !owned.done()) return owned;
  return Answer::yes();
}

Answer RealReplication::take_command(Side side, Nanos limit) {
  return at(side).ensure_command(Deadline::in(limit));
}

void RealReplication::leave_command() {
  for (Server& server : servers_) server.leave_command();
}

Answer RealReplication::fence(Side side, Nanos limit) {
  return set_writable(side, Writable::kNo, Deadline::in(limit));
}

Answer RealReplication::unfence(Side side, Nanos limit) {
  return set_writable(side, Writable::kYes, Deadline::in(limit));
}

// The second one acts; the first one bounds it.
std::vector<Spellings> RealReplication::steps_to_set(const Dialect& dialect, Writable wanted,
                                                     Nanos limit) {
  return {{lock_wait(limit)}, {wanted == Writable::kNo ? dialect.fence() : dialect.unfence()}};
}

Answer RealReplication::set_writable(Side side, Writable wanted, Deadline deadline) {
  Server& server = at(side);
  if (const Answer ready = server.ensure_command(deadline); !ready.done()) {
    return Answer::no("nothing was sent: " + ready.why);
  }
  const auto steps = steps_to_set(server.dialect(), wanted, deadline.left());
  const Commanded bounded = server.command(steps.front(), deadline);
  if (!bounded.ok()) return Answer::no("nothing was sent: " + bounded.result.error);
  return settle(server, server.command(steps.back(), deadline), wanted);
}

// The state decides, whatever the statement's own outcome was.
Answer RealReplication::settle(Server& server, const Commanded& sent, Writable wanted) {
  if (!sent.gone) {
    return Answer::unknown("whether the statement still takes effect is not known: " +
                           sent.trouble);
  }
  const Deadline deadline = Deadline::in(kReadBack);
  const auto session = server.reader(deadline);
  if (!session) return Answer::unknown("it could not be read back: " + session.error);
  const auto state = server.dialect().writable(**session, deadline);
  if (!state) return Answer::unknown("it could not be read back: " + state.error);
  if (*state == wanted) return Answer::yes();
  std::string why = server.label() + " did not become " + verb(wanted);
  if (!sent.ok()) {
    why += ": " + sent.result.error;
    if (const auto eyes = server.monitor_now(deadline)) {
      const std::string culprits = who_blocks(**eyes, deadline);
      if (!culprits.empty()) why += "; in its way: " + culprits;
    }
  }
  // read_only without super_read_only: the half of it happened.
  return *state == Writable::kPartly ? Answer::unknown(why) : Answer::no(why);
}

// After a restart a channel does not know its source until it has connected once: that is no "no".
Reading<bool> RealReplication::replicates_from_other(Side side, Deadline deadline) {
  Server& replica = at(side);
  const auto session = replica.monitor_now(deadline);
  if (!session) return {std::nullopt, session.error};
  const Result status = replica.dialect().replica_status(**session, deadline);
  if (!status.ok()) return {std::nullopt, status.error};
  bool all_known = true;
  for (const Channel& c : channels_of(status.rows)) {
    if (replica.dialect().same_server(c.source, at(other(side)).identity())) return {true, {}};
    all_known &= replica.dialect().same_server(c.source, c.source);
  }
  if (!all_known) return {std::nullopt, "its replication has not met its source yet"};
  return {false, {}};
}

// With the way back armed already (a ring) nothing but read_only changes: the link that brings the
// other's writes stays, and has nothing to bring while the other is fenced. So it does where it is
// not known whether there is a ring: what was forgotten cannot be had back.
Answer RealReplication::promote(Side side, Nanos limit) {
  const Deadline deadline = Deadline::in(limit);
  Server& server = at(side);
  if (const Answer ready = server.ensure_command(deadline); !ready.done()) {
    return Answer::no("nothing was sent: " + ready.why);
  }
  const auto seen = replicates_from_other(other(side), deadline.within(kOtherServer));
  const bool ring = seen ? *seen : back_link_[other(side) == Side::kOld ? 0 : 1].value_or(true);
  if (!ring) {
    if (const Answer forgotten = forget_source(server, deadline); !forgotten.done()) {
      return forgotten;
    }
  }
  return set_writable(side, Writable::kYes, deadline);
}

Answer RealReplication::sever(Side side, Nanos limit) {
  const Deadline deadline = Deadline::in(limit);
  if (const Answer ready = at(side).ensure_command(deadline); !ready.done())
    return Answer::no("nothing was sent: " + ready.why);
  return forget_source(at(side), deadline);
}

std::vector<Spellings> RealReplication::steps_to_forget(const Dialect& dialect,
                                                        const std::vector<Channel>& channels) {
  std::vector<Spellings> steps;
  for (const Channel& channel : channels)
    for (Spellings& step : dialect.forget(channel.name)) steps.push_back(std::move(step));
  return steps;
}

// Asked again after an answer that was lost it finds less to do.
Answer RealReplication::forget_source(Server& server, Deadline deadline) {
  const auto channels = all_channels(server, deadline);
  if (!channels) return Answer::unknown(channels.error);
  if (channels->empty()) return Answer::yes();
  return send(server, steps_to_forget(server.dialect(), *channels),
              "its replication could not be ended: ", deadline);
}

}  // namespace cutover
