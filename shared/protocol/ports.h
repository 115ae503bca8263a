// SPDX-License-Identifier: Apache-2.0
// What the coordinator asks of the world. The real ones stand in mod_cutover/, the tests' ones in
// tests/unit/fakes. Every method is called by one thread at a time (the site's own) unless it says
// otherwise, is bounded by its own limit, throws nothing, and never takes "unknown" for an answer.
#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "shared/protocol/check.h"
#include "shared/protocol/counts.h"
#include "shared/protocol/journal_record.h"
#include "shared/protocol/readings.h"
#include "shared/protocol/side.h"
#include "shared/protocol/word.h"

namespace cutover {

using Nanos = std::chrono::nanoseconds;

// One server at one moment: questions of Replication, with one statement for all of them. It uses
// that Replication, and is to be asked at once.
class Glance {
 public:
  virtual ~Glance() = default;
  virtual Reading<Position> position() = 0;
  virtual Reading<bool> read_only() = 0;
  virtual Reading<bool> has_applied(const Position& position) = 0;
  virtual Reading<OwnWrites> own_writes(const Position& position) = 0;
  virtual Reading<Position> lost(const Position& position) = 0;
};

// The two databases of one site.
class Replication {
 public:
  virtual ~Replication() = default;

  // -- looking: any time, on the monitoring sessions; changes nothing ---------------------------
  // All that the server has committed, its own writes and replicated ones.
  virtual Reading<Position> position(Side server) = 0;
  virtual Reading<bool> read_only(Side server) = 0;
  // True when `server` has applied everything of `position` (exactly compared, not by sequence).
  virtual Reading<bool> has_applied(Side server, const Position& position) = 0;
  // What `server` has committed by itself (by its server_id / server_uuid) that `position` does not
  // contain. A ring brings the other's writes back: those are not its own.
  virtual Reading<OwnWrites> own_writes(Side server, const Position& position) = 0;
  // What `server` had written by itself by `position` and does not have: it was built anew, was
  // restored from a backup, or lost its tail. As a GTID list; empty: nothing.
  virtual Reading<Position> lost(Side server, const Position& position) = 0;
  // Whether there are rows among its own writes beyond it.
  Reading<bool> wrote_beyond(Side server, const Position& position) {
    const Reading<OwnWrites> own = own_writes(server, position);
    if (!own) return {std::nullopt, own.error};
    return {own->rows, {}};
  }
  // The same for whoever asks all of it again and again. Never null: what was not answered each of
  // its readings says.
  virtual std::unique_ptr<Glance> glance(Side server) = 0;
  virtual Reading<LinkState> link_into(Side replica) = 0;
  virtual Reading<ServerLife> life(Side server) = 0;
  // What `server` was told by remember() of that pair; nothing where it never was.
  virtual Reading<std::optional<Served>> remembered(Side server, const ServerPair& pair) = 0;
  virtual Reading<Missing> missing(Side server) = 0;
  // Whether visitors' writes on `server` would go through: kFailed says whose lock they would wait
  // for. About a millisecond on a quiet server.
  virtual Answer unlocked(Side server, Nanos limit) = 0;
  // Who may still write on `server` for a request that was answered in the last seconds, in words.
  virtual Reading<std::vector<std::string>> busy(Side server, Nanos limit) = 0;
  // Whether `server` lets a new session of ours in, as a run needs them: the ones that are open
  // outlive their password.
  virtual Answer lets_in(Side server, Nanos limit) = 0;
  // Every check of the preflight for this direction, the catch-up test included. `baseline` is the
  // journaled position: what the arriving side wrote up to it is settled. Empty: there is none yet.
  virtual std::vector<Check> preflight(Direction direction, const Position& baseline) = 0;

  // -- acting: on one commanding session a server, which owns GET_LOCK('mod_cutover/SITE') -------
  // Opens the commanding sessions and takes the locks. Statements of a predecessor are killed
  // first and seen gone, so that nothing it sent can still take effect afterwards.
  virtual Answer take_command(Nanos limit) = 0;
  // The same of one server alone, where the other one does not answer or need not be asked.
  virtual Answer take_command(Side server, Nanos limit) = 0;
  // Gives locks and sessions back.
  virtual void leave_command() = 0;
  // Makes `server` read-only and proves it by reading it back. On kFailed or kUnknown the statement
  // has been killed and seen gone, or `why` says that this could not be shown.
  virtual Answer fence(Side server, Nanos limit) = 0;
  virtual Answer unfence(Side server, Nanos limit) = 0;
  // One slice of waiting: kDone when `server` has applied exactly `position`; kFailed with `why`
  // when not yet or when its threads do not run.
  virtual Answer wait_applied(Side server, const Position& position, Nanos slice) = 0;
  // Makes `server` the writer: without a ring its replication is stopped and forgotten first; then
  // read_only=0, proved.
  virtual Answer promote(Side server, Nanos limit) = 0;
  // Stops and forgets what replicates into `replica`.
  virtual Answer sever(Side replica, Nanos limit) = 0;
  // Makes `replica` (fenced, with no writes of its own beyond `position`) replicate from the other:
  // a link that is there is started where it does not run, one of ours that was left half built is
  // built anew.
  virtual Answer arm_way_back(Side replica, const Position& position, Nanos limit) = 0;
  // The half-armed ring: nothing is applied into the side that serves. What its link has received
  // stays where it is. Done, too, where it has none.
  virtual Answer stop_applying(Side writer, Nanos limit) = 0;
  // Such a link receives anew, from what `writer` has now, and has met the other: so it does not
  // ask for what the other has purged meanwhile. What the other wrote itself up to `settled` it
  // does without, where that is purged, too. One that applies is left as it is.
  virtual Answer renew_link(Side writer, const Position& settled, Nanos limit) = 0;
  // Starts a link into `replica` that stands still, and builds none.
  virtual Answer resume_link(Side replica, Nanos limit) = 0;
  // Neither server comes back from a restart in the other's role. kDone, with what could not be
  // kept in `why`: MariaDB has no way to keep it, and the keeper sees to it then.
  virtual Answer persist_roles(Side writer, Nanos limit) = 0;
  // Writes down on `server`, a writable one, who serves since when: a row of a schema of ours, in
  // no binary log.
  virtual Answer remember(Side server, const ServerPair& pair, const Served& served,
                          Nanos limit) = 0;
  // Takes away what a move has left on `server`: what replicates into it from the other, what of
  // its role outlives a restart, that row. Done again it finds less to do; what is left in spite of
  // kDone, and harms nobody, stands in `why`.
  virtual Answer clear(Side server, const ServerPair& pair, Nanos limit) = 0;

  // -- telling: on the monitoring sessions; changes nothing ---------------------------------------
  // What each of these acts would send, one done after the other to the servers as they are now;
  // but for what it looks at.
  virtual Reading<std::vector<Sending>> would_send(const std::vector<Act>& acts) = 0;
};

class Clock {
 public:
  virtual ~Clock() = default;
  virtual Nanos now() = 0;             // monotonic, the one of SiteControl::deadline_ns
  virtual std::int64_t wall_ms() = 0;  // since the epoch, for people
  virtual void sleep(Nanos duration) = 0;
};

class Journal {
 public:
  virtual ~Journal() = default;
  // Durable when it returns true: fsynced. False: `error()` says why; the record may or may not
  // be on the disk.
  virtual bool write(const JournalRecord& record) = 0;
  virtual std::string error() const = 0;
  virtual std::string path() const { return {}; }  // for people
};

// The site's word and its counts.
class StateStore {
 public:
  virtual ~StateStore() = default;
  // Stores the deadline, then the word with the next epoch, then wakes every sleeper.
  virtual void set(Mode mode, AtDeadline at_deadline, Nanos deadline) = 0;
  // The same for a side that serves all but requests of these kinds (slow_kinds.h), which are held;
  // again with others while it lasts, where the word stays as it is.
  virtual void hold_slow(Side serving, const std::vector<std::uint64_t>& kinds, Nanos deadline) = 0;
  virtual Word word() const = 0;
  virtual std::int64_t in_flight() const = 0;  // the gate's sum, seq_cst
  // What a drain that does not end does with `CutoverStragglers close` (layout.h): those in flight
  // are not in that sum any more, as far as a note tells of them, and it says how many; those at
  // one side are again.
  virtual std::int64_t leave_behind() = 0;
  virtual void await_again(Side side) = 0;
  // Those of that side that never end, which are not in that sum (endless.h); and that their
  // connections are to be closed now, behind a seal.
  virtual std::int64_t endless(Side side) const = 0;
  virtual void close_endless(Side leaving) = 0;
  virtual Counts counts() const = 0;                             // figures
  virtual std::vector<InFlight> requests_in_flight() const = 0;  // for people; not all of them
  // True once a newer configuration takes the site away: to be asked after a run has been recorded
  // (layout.h), and then it must not begin.
  virtual bool withdrawn() const = 0;
  virtual void beat() = 0;  // a sign of life
};

// What DNS has of a name. An address is written as inet_ntop writes it.
struct NameEntry {
  std::vector<std::string> addresses;  // none: there is no such name
  std::int64_t ttl_s = 0;              // for so long others may go by it still
};

// The resolver, and which addresses are this machine's own.
class NameServer {
 public:
  virtual ~NameServer() = default;
  // An address is its own entry, and nobody is asked.
  virtual Reading<NameEntry> look_up(const std::string& name) = 0;
  virtual bool is_here(const std::string& address) = 0;
};

// The new host's httpd.
class HostProbe {
 public:
  virtual ~HostProbe() = default;
  // The status with which it answers a request for CutoverNewHost's own URL.
  virtual Reading<int> status(Nanos limit) = 0;
  // Only whether it takes a connection: quick enough for the middle of a switch.
  virtual Answer connects(Nanos limit) = 0;
};

// The pages of CutoverProof, as an earlier look at the old host found them.
class Proofs {
 public:
  virtual ~Proofs() = default;
  virtual std::size_t pages() const = 0;  // of the site's configuration
  // One of them is asked of the new host as a visitor would ask for it, while everybody is held.
  // kFailed says what it answered that it should not have.
  virtual Answer ask(std::size_t page, Nanos limit) = 0;
};

// What the programs of one event of CutoverHook are told, and how they are bounded.
struct HookCall {
  std::string event;
  Direction direction;
  Side serving;                  // in the pause: who served before it
  std::optional<Side> database;  // in the pause: on which of them it is to act
  std::string reason;            // of what is taken back
  Nanos limit;                   // of each program
  std::function<bool()> stop{};  // asked all the while: true ends the program, as the limit does
};

// The programs of CutoverHook.
class Hooks {
 public:
  virtual ~Hooks() = default;
  // Those of that event, one after the other, up to the first that fails. kFailed says which did
  // not end with 0, and how it ended; it and what it started in its group are gone by then.
  virtual Answer run(const HookCall& call) = 0;
};

}  // namespace cutover
