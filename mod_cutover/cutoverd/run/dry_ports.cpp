// SPDX-License-Identifier: Apache-2.0
#include "mod_cutover/cutoverd/run/dry_ports.h"

#include <utility>

namespace cutover {
namespace {

constexpr const char* kAtDeadline[] = {"old", "new", "503"};

using Kind = Act::Kind;

}  // namespace

void DryStore::set(Mode mode, AtDeadline at_deadline, Nanos) {
  word_ = {mode, at_deadline, word_.epoch + 1};
  std::string what(name(mode));
  if (mode == Mode::kHold)
    what += std::string(", at the deadline ") + kAtDeadline[static_cast<std::size_t>(at_deadline)];
  note_({{}, "word", what});
}

void DryStore::hold_slow(Side serving, const std::vector<std::uint64_t>&, Nanos) {
  note_({{}, "word", std::string(name(serving)) + ", but what is known to take long is held"});
}

void DryStore::close_endless(Side leaving) {
  closed_ = true;
  note_({{},
         "word",
         "connections to " + std::string(name(leaving)) + " that never end are closed, if any"});
}

void DryDatabases::ask(Side server, const std::string& what, Nanos limit) {
  note_({{}, "ask", what, std::string(name(server)), {}, limit});
}

Reading<Position> DryDatabases::position(Side server) {
  ask(server, "its position");
  return real_.position(server);
}

// With CutoverFence or CutoverPromote Off others have done it by the time that it is asked for.
Reading<bool> DryDatabases::read_only(Side server) {
  ask(server, "whether it is read-only");
  return {closed(server), {}};
}

void DryDatabases::others_undo() {
  if (!fences_) closed(leaving_) = false;
}

Reading<OwnWrites> DryDatabases::own_writes(Side server, const Position&) {
  ask(server, "whether it has writes of its own that the other lacks");
  return {OwnWrites{}, {}};
}

Answer DryDatabases::unlocked(Side server, Nanos limit) {
  ask(server, "whether somebody locks it", limit);
  return Answer::yes();
}

Reading<std::vector<std::string>> DryDatabases::busy(Side server, Nanos limit) {
  ask(server, "who still writes for a request that was answered", limit);
  return {std::vector<std::string>{}, {}};
}

Answer DryDatabases::act(const Act& act, const std::string& what) {
  PlannedAct planned{{}, "database", what, std::string(name(act.server)), {}, act.limit};
  planned.act = acts_.size();
  acts_.push_back(act);
  note_(std::move(planned));
  return Answer::yes();
}

std::string DryDatabases::tell(std::vector<PlannedAct>& acts) const {
  const Reading<std::vector<Sending>> sent = real_.would_send(acts_);
  if (!sent) return sent.error;
  for (PlannedAct& planned : acts) {
    if (!planned.act) continue;
    const Sending& sending = sent->at(*planned.act);
    for (const Statement& s : sending.statements)
      planned.statements.push_back(std::string(name(s.server)) + "> " + s.sql);
    if (planned.statements.empty()) planned.what += ": nothing to be sent";
    if (!sending.not_done.empty()) planned.what += ", since " + sending.not_done;
  }
  return {};
}

Answer DryDatabases::take_command(Nanos limit) {
  for (const Side side : {Side::kOld, Side::kNew}) take_command(side, limit);
  return Answer::yes();
}

Answer DryDatabases::take_command(Side server, Nanos limit) {
  return act({Kind::kTakeCommand, server, limit}, "one session alone sends it anything from here");
}

Answer DryDatabases::fence(Side server, Nanos limit) {
  closed(server) = true;
  return act({Kind::kFence, server, limit}, "made read-only, and read back");
}

Answer DryDatabases::unfence(Side server, Nanos limit) {
  closed(server) = false;
  return act({Kind::kUnfence, server, limit}, "made writable, and read back");
}

Answer DryDatabases::wait_applied(Side server, const Position&, Nanos) {
  ask(server, "until it has applied exactly the last position of the other");
  return Answer::yes();
}

Answer DryDatabases::promote(Side server, Nanos limit) {
  closed(server) = false;
  return act({Kind::kPromote, server, limit}, "made the writer, and read back");
}

Answer DryDatabases::sever(Side replica, Nanos limit) {
  return act({Kind::kSever, replica, limit}, "its link is ended");
}

Answer DryDatabases::arm_way_back(Side replica, const Position& position, Nanos limit) {
  return act({Kind::kArmWayBack, replica, limit, position}, "replicates from the other");
}

Answer DryDatabases::stop_applying(Side writer, Nanos limit) {
  return act({Kind::kStopApplying, writer, limit}, "applies nothing any more");
}

Answer DryDatabases::renew_link(Side writer, const Position& settled, Nanos limit) {
  return act({Kind::kRenewLink, writer, limit, settled},
             "its link receives anew, from what it has now");
}

Answer DryDatabases::resume_link(Side replica, Nanos limit) {
  return act({Kind::kArmWayBack, replica, limit}, "its link runs again");
}

Answer DryDatabases::persist_roles(Side writer, Nanos limit) {
  return act({Kind::kPersistRoles, writer, limit}, "both keep their roles over a restart");
}

Answer DryDatabases::remember(Side server, const ServerPair& pair, const Served& served,
                              Nanos limit) {
  return act({Kind::kRemember, server, limit, {}, pair, served}, "writes down that it serves");
}

}  // namespace cutover
