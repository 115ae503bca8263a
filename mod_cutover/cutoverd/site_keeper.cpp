// SPDX-License-Identifier: Apache-2.0
// The keeper: between the runs each database stays in its role. Levels are looked at, not edges: a
// server that forgot its role in a restart is seen at the next tick, whenever that restart was.
#include "mod_cutover/cutoverd/log.h"
#include "mod_cutover/cutoverd/site.h"

namespace cutover {
namespace {

using namespace std::chrono_literals;

constexpr Nanos kCommandLimit = 1s;
constexpr Nanos kStatementLimit = 2s;

}  // namespace

// A database that was never seen in its role is none of ours: on a new host that still serves
// something else, nothing is fenced because a module was loaded. The position of that moment is
// what the other's own writes are compared with from then on.
void Site::claim() {
  if (!parts_.replication || is_ours() || record_.phase != JournalPhase::kRest) return;
  if (!watch_.gate().open || watch_.position().empty()) return;
  record_.position = watch_.position();
  rest_unwritten_ = !parts_.journal->write(record_);
  log(Level::kNotice, parts_.settings.name,
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
    log(Level::kError, parts_.settings.name,
        "a database is out of its role and cannot be put back: " + command.why);
  }
  set_doubt(doubt_at_rest());
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
