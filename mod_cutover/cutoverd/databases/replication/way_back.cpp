// SPDX-License-Identifier: Apache-2.0
// The way back: the fenced database replicates from the one that took over.
#include <algorithm>
#include <thread>

#include "mod_cutover/cutoverd/databases/dialect/gtid_list.h"
#include "mod_cutover/cutoverd/databases/replication/replication.h"

namespace cutover {
namespace {

constexpr auto kPoll = std::chrono::milliseconds(5);
constexpr unsigned kNoSuchSyntax = 1064;
// A link that stands still is met at once, or is one that was never well built.
constexpr auto kResume = std::chrono::milliseconds(500);

LinkSource source_of(const ConnectOptions& o) {
  LinkSource source;
  source.host = !o.replication_host.empty() ? o.replication_host : o.host;
  source.port = o.replication_port != 0 ? o.replication_port : o.port;
  source.user = o.replication_user;
  source.password = o.replication_password;
  source.tls = o.replication_tls != TlsMode::kOff || o.tls != TlsMode::kOff;
  source.ca = o.replication_ssl_ca;
  return source;
}

// As the half-armed ring's does, or one after a restart. One that tries to connect is none.
bool stands_still(const Channel& c) { return c.io == "No" || (c.io == "Yes" && c.sql == "No"); }

}  // namespace

Answer RealReplication::arm_way_back(Side side, const Position& position, Nanos limit) {
  const Deadline deadline = Deadline::in(limit);
  Server& replica = at(side);
  const auto session = replica.monitor_now(deadline);
  if (!session) return Answer::unknown(session.error);
  const auto writable = replica.dialect().writable(**session, deadline);
  if (!writable) return Answer::unknown(writable.error);
  if (site_.fence && *writable != Writable::kNo) {
    return Answer::no(replica.label() +
                      " is not read-only; a link into it would mix two histories");
  }
  const auto channels = channels_from_other(side, deadline);
  if (!channels) return Answer::unknown(channels.error);
  if (std::any_of(channels->begin(), channels->end(), stands_still))
    resume_link(side, std::min<Nanos>(kResume, deadline.left()));
  const auto link = link_into(side);
  if (!link) return Answer::unknown(link.error);
  bool configured = link->configured;
  if (configured && !link->from_the_other) {
    if (const Answer free = forget_half_built(replica, position, deadline); !free.done())
      return free;
    configured = false;
  }
  if (!configured) {
    if (const Answer built = build_link(replica, position, deadline); !built.done()) return built;
  }
  if (const Answer runs = await_link(side, deadline); !runs.done()) return runs;
  // Threads that run are no proof that they apply.
  const auto written = this->position(other(side));
  if (!written) return Answer::unknown(written.error);
  Answer applied = wait_applied(side, *written, deadline.left());
  if (!applied.done()) applied.why = "the link back runs and is behind: " + applied.why;
  return applied;
}

// A link that has never met its source says nothing of who that is. One that has our address and
// runs no more than half was left behind by a try of ours; any other is somebody else's.
Answer RealReplication::forget_half_built(Server& replica, const Position& position,
                                          Deadline deadline) {
  const LinkSource ours = source_of(at(other(replica.side())).options());
  const auto session = replica.monitor_now(deadline);
  if (!session) return Answer::unknown(session.error);
  const Result status = replica.dialect().replica_status(**session, deadline);
  if (!status.ok()) return Answer::unknown(status.error);
  for (const Channel& c : channels_of(status.rows)) {
    const bool met = replica.dialect().same_server(c.source, c.source);
    const bool to_ours = c.host == ours.host && c.port == std::to_string(ours.port);
    // By file: one that has gone on since cannot be begun once more.
    const auto begins = place_of(position, place_key(at(other(replica.side())).identity()));
    const bool has_applied = is_by_file(position) && c.executed != begins;
    if (met || !to_ours || c.io == "Yes" || has_applied) {
      return Answer::no(replica.label() + " replicates already, from " + c.host + ":" + c.port +
                        ", and not from the other" + (c.error.empty() ? "" : ": " + c.error));
    }
  }
  if (const Answer ready = replica.ensure_command(deadline); !ready.done()) return ready;
  return forget_source(replica, deadline);
}

Answer RealReplication::can_be_linked_to(const Server& source) {
  const LinkSource from = source_of(source.options());
  if (from.user.empty()) {
    return Answer::no("there is no link back and none can be built: " + source.options().origin +
                      " has no replication-user= and replication-password=");
  }
  if (from.host.empty() || from.host == "localhost") {
    return Answer::no("there is no link back and none can be built: " + source.options().origin +
                      " has no replication-host= under which the other side reaches it");
  }
  return Answer::yes();
}

Answer RealReplication::build_link(Server& replica, const Position& position, Deadline deadline) {
  const Server& source = at(other(replica.side()));
  const LinkSource from = source_of(source.options());
  if (const Answer can = can_be_linked_to(source); !can.done()) return can;
  // What it has written beyond `position` would never meet the other again; what it has got of the
  // other's since, by a link that broke, it does not get again.
  const auto beyond = wrote_beyond(replica.side(), position);
  if (!beyond) return Answer::unknown(beyond.error);
  if (*beyond) {
    return Answer::no(replica.label() + " has writes of its own beyond " + position +
                      "; no link is built over them");
  }
  const auto start = is_by_file(position) ? start_by_file(replica, position, deadline)
                                          : start_by_gtids(replica, position);
  if (!start || start->empty()) return Answer::unknown("where the link begins: " + start.error);
  return send(replica, replica.dialect().link(from, *start),
              "the link back could not be built: ", deadline);
}

// MySQL's links tell by themselves.
Reading<Position> RealReplication::start_by_gtids(const Server& replica, const Position& position) {
  Reading<Position> has = this->position(replica.side());
  if (!has || !replica.dialect().is_mariadb()) return has;
  const Reading<Position> source = this->position(other(replica.side()));
  if (!source) return source;
  const auto list = [](const Position& p) { return parse_gtids(p).value_or(GtidList()); };
  return {render(known_to_both(replica.identity().server_id, list(*has), list(*source),
                               list(position))),
          {}};
}

// By what its link is now: one that stands still is started, one that is not there is built.
std::vector<Spellings> RealReplication::steps_to_arm(Side side, const Position& position,
                                                     const Links& links) {
  const std::vector<Channel> channels = from_other_in(links, side);
  const Dialect& dialect = at(side).dialect();
  if (channels.empty()) {
    if (!can_be_linked_to(at(other(side))).done()) return {};
    LinkSource from = source_of(at(other(side)).options());
    from.password = "<its password>";
    return dialect.link(from, position);
  }
  const Channel& channel = channels.front();
  std::vector<Spellings> steps;
  if (channel.running()) return steps;
  if (channel.io == "No") steps.push_back(dialect.receive(channel.name));
  steps.push_back(dialect.start(channel.name));
  return steps;
}

// A link that is still connecting is none.
Answer RealReplication::await_link(Side side, Deadline deadline) {
  for (;; std::this_thread::sleep_for(kPoll)) {
    const auto link = link_into(side);
    if (link && link->receiving && link->applying && link->from_the_other) return Answer::yes();
    if (!deadline.over()) continue;
    if (!link) return Answer::unknown(link.error);
    return Answer::no("the link back does not run: " + link->error);
  }
}

// Nothing where others see to that role, or the server has no such statement.
std::string RealReplication::role_kept(const Server& server, Side writer) const {
  const bool writes = server.side() == writer;
  return (writes ? site_.promote : site_.fence) ? server.dialect().persist(!writes) : std::string();
}

// After the switch, since it writes to the disk; what could not be kept is said and changes
// nothing.
Answer RealReplication::persist_roles(Side writer, Nanos limit) {
  const Deadline deadline = Deadline::in(limit);
  std::string notes;
  for (const Side side : {other(writer), writer}) {
    Server& server = at(side);
    if (side == writer ? !site_.promote : !site_.fence) continue;
    const auto session = server.monitor_now(deadline);
    const std::string sql = session ? role_kept(server, writer) : std::string();
    std::string why = session.error;
    if (!sql.empty()) {
      const Answer ready = server.ensure_command(deadline);
      const Result kept = ready.done() ? server.command({sql}, deadline).result : Result{};
      if (kept.number == kNoSuchSyntax) continue;  // MySQL 5.7: as on MariaDB the keeper sees to it
      why = ready.done() ? kept.error : ready.why;
    }
    if (why.empty()) continue;
    notes += notes.empty() ? "" : "; ";
    notes += server.label() + " does not keep its role over a restart: " + why;
  }
  return {Answer::Kind::kDone, notes};
}

}  // namespace cutover
