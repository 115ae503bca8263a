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
  note_(
      {{}, "word", "connections to " + std::string(name(leaving)) + " that never end are closed"});
}

// With CutoverFence or CutoverPromote Off others do it, and it is waited for.
Reading<bool> DryDatabases::read_only(Side server) {
  if (server == leaving_) return {fenced_ || !settings_.fence, {}};
  return {!promoted_ && settings_.promote, {}};
}

Answer DryDatabases::unlocked(Side server, Nanos limit) {
  note_({{}, "ask", "whether somebody locks it", std::string(name(server)), {}, limit});
  return Answer::yes();
}

Answer DryDatabases::act(const Act& act, const std::string& what) {
  PlannedAct planned{{}, "database", what, std::string(name(act.server)), {}, act.limit};
  const Reading<std::vector<Statement>> sent = real_.would_send(act);
  if (!sent) {
    if (trouble_.empty()) trouble_ = what + ": " + sent.error;
  } else {
    for (const Statement& s : *sent)
      planned.statements.push_back(std::string(name(s.server)) + "> " + s.sql);
  }
  note_(std::move(planned));
  return Answer::yes();
}

Answer DryDatabases::fence(Side server, Nanos limit) {
  fenced_ = server == leaving_;
  return act({Kind::kFence, server, limit, {}, {}, {}}, "made read-only, and read back");
}

Answer DryDatabases::unfence(Side server, Nanos limit) {
  return act({Kind::kUnfence, server, limit, {}, {}, {}}, "made writable, and read back");
}

Answer DryDatabases::wait_applied(Side server, const Position&, Nanos) {
  note_({{},
         "ask",
         "waited for until it has applied exactly the last position of the other",
         std::string(name(server))});
  return Answer::yes();
}

Answer DryDatabases::promote(Side server, Nanos limit) {
  promoted_ = true;
  return act({Kind::kPromote, server, limit, {}, {}, {}}, "made the writer, and read back");
}

Answer DryDatabases::sever(Side replica, Nanos limit) {
  return act({Kind::kSever, replica, limit, {}, {}, {}}, "its link is ended");
}

Answer DryDatabases::arm_way_back(Side replica, const Position& position, Nanos limit) {
  return act({Kind::kArmWayBack, replica, limit, position, {}, {}}, "replicates from the other");
}

Answer DryDatabases::stop_applying(Side writer, Nanos limit) {
  return act({Kind::kStopApplying, writer, limit, {}, {}, {}}, "applies nothing any more");
}

Answer DryDatabases::renew_link(Side writer, const Position& settled, Nanos limit) {
  return act({Kind::kRenewLink, writer, limit, settled, {}, {}},
             "its link receives anew, from what it has now");
}

Answer DryDatabases::resume_link(Side replica, Nanos limit) {
  return act({Kind::kArmWayBack, replica, limit, {}, {}, {}}, "its link runs again");
}

Answer DryDatabases::persist_roles(Side writer, Nanos limit) {
  return act({Kind::kPersistRoles, writer, limit, {}, {}, {}},
             "both keep their roles over a restart");
}

Answer DryDatabases::remember(Side server, const ServerPair& pair, const Served& served,
                              Nanos limit) {
  return act({Kind::kRemember, server, limit, {}, pair, served}, "writes down that it serves");
}

}  // namespace cutover
