// SPDX-License-Identifier: Apache-2.0
// The end of a move: what it has left on a server is taken away.
#include "mod_cutover/cutoverd/databases/replication/replication.h"

namespace cutover {
namespace {

constexpr unsigned kNoSuchSyntax = 1064;

}  // namespace

Answer RealReplication::clear(Side side, const ServerPair& pair, Nanos limit) {
  const Deadline deadline = Deadline::in(limit);
  Server& server = at(side);
  if (const Answer ready = server.ensure_command(deadline); !ready.done()) return ready;
  const std::string& others = side == Side::kOld ? pair.new_server : pair.old_server;
  Answer answer = forget_the_other(server, others, deadline);
  if (answer.done()) answer = forget_persisted(server, deadline);
  return answer.done() ? forget_row(server, pair, deadline) : answer;
}

// By the journal's word of who the other is, for that may be off by now; where it does not know,
// and of one that has not met its source, it is taken for ours. Proved by looking once more.
Answer RealReplication::forget_the_other(Server& server, const std::string& other_server,
                                         Deadline deadline) {
  const auto ours = [&](const Channel& c) {
    const bool met = server.dialect().same_server(c.source, c.source);
    return !met || other_server.empty() || text_of(c.source) == other_server;
  };
  for (bool sent = false;; sent = true) {
    const auto session = server.monitor_now(deadline);
    if (!session) return Answer::unknown(session.error);
    const Result status = server.dialect().replica_status(**session, deadline);
    if (!status.ok()) return Answer::unknown(status.error);
    std::vector<Channel> channels = channels_of(status.rows);
    std::erase_if(channels, [&](const Channel& c) { return !ours(c); });
    if (channels.empty()) return Answer::yes();
    if (sent) return Answer::no(server.label() + " replicates from the other all the same");
    for (const Channel& channel : channels) {
      const Answer forgotten = send(server, server.dialect().forget(channel.name),
                                    "its replication could not be ended: ", deadline);
      if (!forgotten.done()) return forgotten;
    }
  }
}

Answer RealReplication::forget_persisted(Server& server, Deadline deadline) {
  for (const std::string& sql : server.dialect().forget_persisted()) {
    const Commanded forgotten = server.command({sql}, deadline);
    if (forgotten.ok() || forgotten.result.number == kNoSuchSyntax) continue;  // MySQL 5.7
    return {forgotten.gone ? Answer::Kind::kFailed : Answer::Kind::kUnknown,
            server.label() + " keeps its role over a restart: " + forgotten.result.error};
  }
  return Answer::yes();
}

}  // namespace cutover
