// SPDX-License-Identifier: Apache-2.0
// The half-armed ring: the link into the side that serves receives and applies nothing, since what
// root, an event or an emptied MEMORY table does on a read-only server would come to the live one.
#include <algorithm>
#include <thread>

#include "mod_cutover/cutoverd/databases/binlog/own_log.h"
#include "mod_cutover/cutoverd/databases/replication/replication.h"

namespace cutover {
namespace {

using namespace std::chrono_literals;

constexpr auto kPoll = 5ms;
constexpr auto kAgain = 50ms;
constexpr Nanos kProved = 100ms;
constexpr Nanos kReached = 500ms;  // the other is as far as the writer, or the link begins ahead

}  // namespace

Reading<std::vector<Channel>> RealReplication::all_channels(Server& server, Deadline deadline) {
  const auto session = server.monitor_now(deadline);
  if (!session) return {std::nullopt, session.error};
  const Result status = server.dialect().replica_status(**session, deadline);
  if (!status.ok()) return {std::nullopt, status.error};
  return {channels_of(status.rows), {}};
}

Reading<std::vector<Channel>> RealReplication::channels_from_other(Side side, Deadline deadline) {
  Reading<std::vector<Channel>> channels = all_channels(at(side), deadline);
  if (channels) channels.value = those_from_other(side, *std::move(channels.value));
  return channels;
}

std::vector<Channel> RealReplication::those_from_other(Side side, std::vector<Channel> channels) {
  const Dialect& dialect = at(side).dialect();
  const Identity& its = at(other(side)).identity();
  const bool known = dialect.same_server(its, its);  // it may have been silent all our life
  std::erase_if(channels, [&](const Channel& c) {
    const bool met = dialect.same_server(c.source, c.source);
    return met && known && !dialect.same_server(c.source, its);
  });
  return channels;
}

Answer RealReplication::send(Server& server, const std::vector<Spellings>& steps, const char* what,
                             Deadline deadline) {
  if (const Answer ready = server.ensure_command(deadline); !ready.done()) return ready;
  for (const Spellings& step : steps) {
    const Commanded sent = server.command(step, deadline);
    if (sent.ok()) continue;
    const std::string why = what + sent.result.error;
    return sent.gone ? Answer::no(why) : Answer::unknown(why + "; " + sent.trouble);
  }
  return Answer::yes();
}

// None where none applies.
std::vector<Spellings> RealReplication::steps_to_stop(const Dialect& dialect,
                                                      const std::vector<Channel>& channels) {
  const auto applies = [](const Channel& c) { return c.sql != "No"; };
  std::vector<Spellings> steps;
  if (std::none_of(channels.begin(), channels.end(), applies)) return steps;
  for (const Channel& c : channels) steps.push_back(dialect.stop_applying(c.name));
  return steps;
}

Answer RealReplication::stop_applying(Side side, Nanos limit) {
  const Deadline deadline = Deadline::in(limit);
  Server& writer = at(side);
  for (bool sent = false;; sent = true) {
    const auto channels = channels_from_other(side, deadline);
    if (!channels) return Answer::unknown(channels.error);
    if (steps_to_stop(writer.dialect(), *channels).empty()) return Answer::yes();
    if (sent) return Answer::no("the link into " + writer.label() + " goes on applying");
    const Answer stopped = send(writer, steps_to_stop(writer.dialect(), *channels),
                                "its link goes on applying: ", deadline);
    if (!stopped.done()) return stopped;
  }
}

Answer RealReplication::renew_link(Side side, const Position& settled, Nanos limit) {
  const Deadline deadline = Deadline::in(limit);
  const auto channels = channels_from_other(side, deadline);
  if (!channels) return Answer::unknown(channels.error);
  if (channels->size() != 1 || channels->front().sql != "No") return Answer::yes();
  const Channel& channel = channels->front();
  if (channel.by_gtid == "No") {  // by file: it goes on where it stood
    send(at(side), at(side).dialect().renew(channel.name, {}), "it is not renewed: ", deadline);
    return receive(side, channel, deadline);
  }
  if (!at(side).dialect().is_mariadb()) return begin_anew(side, channel, {}, deadline);
  // Where even that is purged, what the other wrote itself up to `settled` is given up.
  const Answer received = begin_anew(side, channel, {}, deadline.within(limit / 2));
  return received.done() ? received : begin_anew(side, channel, settled, deadline);
}

Answer RealReplication::begin_anew(Side side, const Channel& channel, const Position& given_up,
                                   Deadline deadline) {
  const Answer moved = move_to_present(side, channel, given_up, deadline);
  const Answer received = receive(side, channel, deadline);  // also from where it stood
  return moved.done() ? received : moved;
}

// A strict server takes no position below its own newest write: what it writes in between the two
// statements is asked for again.
Answer RealReplication::move_to_present(Side side, const Channel& channel, const Position& given_up,
                                        Deadline deadline) {
  Server& writer = at(side);
  while (true) {
    const auto has = position(side);
    if (!has) return Answer::unknown(has.error);
    const bool mariadb = writer.dialect().is_mariadb();
    const Position from = with_those_of(at(other(side)).identity(), *has, given_up, mariadb);
    const Answer moved =
        send(writer, writer.dialect().renew(channel.name, from), "it is not renewed: ", deadline);
    if (moved.done()) {
      wait_applied(other(side), *has, std::min<Nanos>(kReached, deadline.left()));
      return moved;
    }
    if (moved.kind == Answer::Kind::kUnknown || deadline.over()) return moved;
  }
}

// One that begins ahead of what the other has is refused for good, and is started again. A refusal
// comes a moment after the threads say Yes.
Answer RealReplication::receive(Side side, const Channel& channel, Deadline deadline) {
  Server& replica = at(side);
  Deadline proved = Deadline::in(kProved);
  for (bool sent = false;; std::this_thread::sleep_for(kPoll)) {
    const auto now = channels_from_other(side, deadline);
    if (now && now->empty())
      return Answer::no(replica.label() + " replicates from another server than this site's");
    const std::string io = now ? now->front().io : "?";
    const bool well =
        io == "Yes" && !now->front().log.empty() &&
        replica.dialect().same_server(now->front().source, at(other(side)).identity());
    if (!well) proved = Deadline::in(kProved);
    if (well && (!sent || proved.over())) return Answer::yes();
    if (deadline.over())
      return Answer::no("the link into " + replica.label() + " does not receive: " +
                        (now ? "IO thread " + io + " " + now->front().error : now.error));
    if (io != "No") continue;
    if (sent) std::this_thread::sleep_for(kAgain);
    const Answer started =
        send(replica, {replica.dialect().receive(channel.name)}, "it does not receive: ", deadline);
    if (!started.done()) return started;
    sent = true;
  }
}

// Its receiver first: MariaDB's channel does not know after a restart who its source is, and
// nothing is applied before that is seen to be the other.
Answer RealReplication::resume_link(Side side, Nanos limit) {
  const Deadline deadline = Deadline::in(limit);
  Server& replica = at(side);
  const auto channels = channels_from_other(side, deadline);
  if (!channels) return Answer::unknown(channels.error);
  if (channels->size() != 1 || channels->front().running()) return Answer::yes();
  const Channel& channel = channels->front();
  if (const Answer received = receive(side, channel, deadline); !received.done()) return received;
  const Answer started =
      send(replica, {replica.dialect().start(channel.name)}, "it does not start: ", deadline);
  return started.done() ? await_link(side, deadline) : started;
}

}  // namespace cutover
