// SPDX-License-Identifier: Apache-2.0
// The keeper: between the runs each database stays in its role. Levels are looked at, not edges: a
// server that forgot its role in a restart is seen at the next tick, whenever that restart was.
#include <algorithm>

#include "mod_cutover/cutoverd/run/after_flip.h"
#include "mod_cutover/cutoverd/site/site.h"
#include "mod_cutover/cutoverd/trail/log.h"

namespace cutover {
namespace {

using namespace std::chrono_literals;

constexpr Nanos kCommandLimit = 1s;
constexpr Nanos kStatementLimit = 2s;
constexpr Nanos kFirstPause = 2s;
constexpr Nanos kLongestPause = 60s;

}  // namespace

// A database that was never seen in its role is none of ours: on a new host that still serves
// something else, nothing is fenced because a module was loaded. The position of that moment is
// what the other's own writes are compared with from then on.
void Site::claim() {
  if (!parts_.replication || is_ours() || record_.phase != JournalPhase::kRest) return;
  if (!watch_.gate().open || watch_.position().empty()) return;
  record_.position = watch_.position();
  rest_unwritten_ = !parts_.journal->write(record_);
  log(Message::kRolesKept, parts_.settings.name,
      "both databases are in their roles (" + std::string(name(record_.side)) + " writes, " +
          std::string(name(other(record_.side))) + " follows) and are kept there");
}

void Site::keep() {
  if (!parts_.replication || !is_ours() || record_.phase != JournalPhase::kRest) return;
  const bool wrong = (watch_.replica_writable() && parts_.settings.fence) ||
                     (watch_.writer_read_only() && parts_.settings.promote) ||
                     (watch_.strayed() && !record_.in_doubt);
  if (!wrong && unsettled_.empty()) {
    told_.clear();
    pay_what_is_owed();
    return;
  }
  const Answer command = parts_.replication->take_command(kCommandLimit);
  if (command.done()) {
    const Evidence evidence = look();
    const Recovery recovery = recover(record_.phase, evidence);
    tell(recovery);
    carry_out(recovery);
    // MySQL's read_only without super_read_only is no known role, and its writes are seen all the
    // same.
    if (watch_.strayed() && !record_.in_doubt)
      serve_and_fence_other("the other database did not refuse everybody");
    if (evidence.theirs_read_only.value_or(false)) unsettled_.clear();
    parts_.replication->leave_command();
  } else if (told_ != command.why) {
    told_ = command.why;
    log(Message::kOutOfRole, parts_.settings.name,
        "a database is out of its role and cannot be put back: " + command.why);
  }
  set_doubt(doubt_at_rest());
}

// After a flip: the roles that are to be kept, the way back that is to be armed. Tried for as long
// as it takes, since a link that is missing now is missed on the day when it is needed.
void Site::pay_what_is_owed() {
  if (!record_.owed || record_.in_doubt || clock_.now() < pay_at_) return;
  const Answer command = parts_.replication->take_command(kCommandLimit);
  std::string why = command.why;
  if (command.done()) {
    why = after_flip(*parts_.replication, parts_.settings, record_, kStatementLimit);
    parts_.replication->leave_command();
  }
  pay_pause_ = std::clamp(pay_pause_ * 2, kFirstPause, kLongestPause);
  pay_at_ = clock_.now() + pay_pause_;
  if (!record_.owed) {
    rest_unwritten_ = !parts_.journal->write(record_);
    log(Message::kWayBackArmed, parts_.settings.name, why.empty() ? "the way back is armed" : why);
    audit_.add({{"site", parts_.settings.name}, {"event", "way back"}, {"reason", "armed"}});
    why.clear();
    pay_pause_ = Nanos{0};
  } else if (why != not_armed_) {
    log(Message::kWayBackNotArmed, parts_.settings.name, why + "; it is tried again");
  }
  const std::lock_guard lock(mutex_);
  not_armed_ = why;
}

// The other database came back writable: fenced, proved, and only then compared.
bool Site::serve_and_fence_other(const std::string& why) {
  Replication& databases = *parts_.replication;
  const Side mine = record_.side;
  if (!is_ours()) return rest_at(mine, record_.doubt);  // the gate says that it is writable
  const std::string theirs(name(other(mine)));
  unsettled_ = "the " + theirs + " database was writable, and is not yet fenced and compared";
  const bool fenced =
      !parts_.settings.fence || databases.fence(other(mine), kStatementLimit).done();
  if (parts_.settings.promote && !databases.unfence(mine, kStatementLimit).done()) return false;
  const Evidence now = look();
  if (fenced && now.theirs_read_only) unsettled_.clear();
  if (!now.theirs_moved) return rest_at(mine, record_.doubt);
  unsettled_.clear();
  return rest_at(mine, record_.in_doubt ? record_.doubt
                                        : why + " and was written to beyond " + record_.position);
}

}  // namespace cutover
