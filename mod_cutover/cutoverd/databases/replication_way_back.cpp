// SPDX-License-Identifier: Apache-2.0
// The way back: the fenced database replicates from the one that took over.
#include <thread>

#include "mod_cutover/cutoverd/databases/replication.h"

namespace cutover {
namespace {

constexpr auto kPoll = std::chrono::milliseconds(5);

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
  const auto link = link_into(side);
  if (!link) return Answer::unknown(link.error);
  if (link->configured && !link->from_the_other) {
    return Answer::no(replica.label() +
                      " replicates already, and not from the other: " + link->error);
  }
  if (!link->configured) {
    if (const Answer built = build_link(replica, position, deadline); !built.done()) return built;
  }
  Answer armed = await_link(side, deadline);
  if (armed.done()) armed.why = persist_fences(side, deadline);
  return armed;
}

Answer RealReplication::build_link(Server& replica, const Position& position, Deadline deadline) {
  const Server& source = at(other(replica.side()));
  const LinkSource from = source_of(source.options());
  if (from.user.empty()) {
    return Answer::no("there is no link back and none can be built: " + source.options().origin +
                      " has no replication-user= and replication-password=");
  }
  if (from.host.empty() || from.host == "localhost") {
    return Answer::no("there is no link back and none can be built: " + source.options().origin +
                      " has no replication-host= under which the other side reaches it");
  }
  // The link begins at `position`: whatever it has beyond that would never meet the other again.
  const auto beyond = wrote_beyond(replica.side(), position);
  if (!beyond) return Answer::unknown(beyond.error);
  if (*beyond) {
    return Answer::no(replica.label() + " has writes of its own beyond " + position +
                      "; no link is built over them");
  }
  if (const Answer ready = replica.ensure_command(deadline); !ready.done()) return ready;
  for (const Spellings& step : replica.dialect().link(from, position)) {
    const Commanded sent = replica.command(step, deadline);
    if (sent.ok()) continue;
    const std::string why = "the link back could not be built: " + sent.result.error;
    return sent.gone ? Answer::no(why) : Answer::unknown(why + "; " + sent.trouble);
  }
  return Answer::yes();
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

// So that neither server comes back from a restart in the other's role. After the switch, since
// it writes to the disk; what could not be kept is said and changes nothing.
std::string RealReplication::persist_fences(Side replica, Deadline deadline) {
  std::string notes;
  for (const Side side : {replica, other(replica)}) {
    Server& server = at(side);
    const auto session = server.monitor_now(deadline);
    const std::string sql = session ? server.dialect().persist(side == replica) : std::string();
    if (sql.empty() || (side == replica ? !site_.fence : !site_.promote)) continue;
    const Answer ready = server.ensure_command(deadline);
    const Commanded sent = ready.done() ? server.command({sql}, deadline) : Commanded{};
    if (!sent.ok()) {
      notes += (notes.empty() ? "" : "; ") + server.label() +
               " does not keep its role over a restart: " +
               (ready.done() ? sent.result.error : ready.why);
    }
  }
  return notes;
}

}  // namespace cutover
