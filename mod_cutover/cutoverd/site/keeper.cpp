// SPDX-License-Identifier: Apache-2.0
#include "mod_cutover/cutoverd/site/keeper.h"

#include <algorithm>
#include <utility>

#include "mod_cutover/cutoverd/run/after_flip.h"
#include "mod_cutover/cutoverd/run/limits.h"
#include "mod_cutover/cutoverd/trail/log.h"
#include "shared/protocol/file_position.h"

namespace cutover {
namespace {

using namespace std::chrono_literals;

constexpr Nanos kFirstPause = 2s;
constexpr Nanos kLongestPause = 60s;
constexpr Nanos kRenewal = 24h;  // binary logs are kept for longer

}  // namespace

void Keeper::look() {
  if (desk_.ports.replication == nullptr || !desk_.footing.at_rest()) return;
  if (!desk_.footing.is_ours()) claim();
  if (!desk_.footing.is_ours()) return;
  settle();
  keep();
}

// A database that was never seen in its role is none of ours: on a new host that still serves
// something else, nothing is fenced because a module was loaded. The position of that moment is
// what the other's own writes are compared with from then on.
void Keeper::claim() {
  if (!watch_.gate().open || watch_.position().empty()) return;
  JournalRecord& record = desk_.footing.record;
  record.position = watch_.settled().empty() ? watch_.position() : watch_.settled();
  desk_.footing.write();
  log(Message::kRolesKept, desk_.settings.name,
      "both databases are in their roles (" + std::string(name(record.side)) + " writes, " +
          std::string(name(other(record.side))) + " follows) and are kept there");
}

// What the other one wrote without rows is part of the baseline from then on, so that it counts for
// none also once the log that tells what it was is gone.
void Keeper::settle() {
  JournalRecord& record = desk_.footing.record;
  if (record.in_doubt || !goes_further(record.position, watch_.settled())) return;
  record.position = watch_.settled();
  desk_.footing.write();
}

void Keeper::keep() {
  Footing& footing = desk_.footing;
  if (footing.record.fence_owed && !pay_fence()) {
    if (watch_.writer_writable()) seen_to_serve();
    return;
  }
  const bool wrong =
      (watch_.replica_writable() && desk_.settings.fence) ||
      (watch_.writer_read_only() && desk_.settings.promote) ||
      ((watch_.strayed() || watch_.lost() != Lost::kNone) && !footing.record.in_doubt);
  if (wrong || !footing.unsettled.empty()) {
    put_right();
    desk_.view.set_doubt(footing.doubt());
    return;
  }
  recovery_.tell_nothing();
  if (watch_.replica_read_only()) lives_.in_role(other(footing.serving()));
  if (watch_.writer_writable()) {
    seen_to_serve();
    remember();
  }
  pay_what_is_owed();
  keep_links();
}

// Who serves since when, on the server itself: a state directory that is lost, or older, does not
// take a switch back. No request waits for it.
void Keeper::remember() {
  JournalRecord& record = desk_.footing.record;
  Clock& clock = desk_.ports.clock;
  if (record.remembered >= record.epoch || clock.now() < remember_at_) return;
  const Answer told = desk_.ports.replication->remember(
      record.side, lives_.pair(), {record.epoch, record.side}, kStatementLimit);
  if (told.done()) {
    record.remembered = record.epoch;
    desk_.footing.write();
    return;
  }
  remember_at_ = clock.now() + kLongestPause;
  if (told.why != std::exchange(not_remembered_, told.why)) {
    log(Message::kNotRemembered, desk_.settings.name,
        "the " + std::string(name(record.side)) +
            " database could not be told that it serves: " + told.why + "; it is tried again");
  }
}

// For a successor, however long the other one is silent.
void Keeper::seen_to_serve() {
  lives_.in_role(desk_.footing.serving());
  lives_.serves();
}

// Its role would pass for a person's hand: the next look sees first whether it was started anew.
bool Keeper::came_back_meanwhile() const {
  const Side serving = desk_.footing.serving();
  return (watch_.writer_read_only() && !lives_.knows(serving)) ||
         (watch_.replica_writable() && !lives_.knows(other(serving)));
}

// What a restart is proved to have made wrong is put right; whatever else is found is a person's
// hand, and said.
void Keeper::put_right() {
  Footing& footing = desk_.footing;
  Recovery row = recover(footing.record.phase, recovery_.look());
  if (came_back_meanwhile()) return;
  if (acts(row.resume)) {
    const Answer command = ownership_.take(kKeeperCommandLimit);
    if (!command.done()) {
      if (recovery_.tells_anew(command.why))
        log(Message::kOutOfRole, desk_.settings.name,
            "a database is out of its role and cannot be put back: " + command.why);
      return;
    }
    row = recover(footing.record.phase, recovery_.look());  // with nobody beside us
  }
  if (watch_.writer_read_only()) lives_.by_hand(footing.serving());
  if (watch_.replica_writable()) lives_.by_hand(other(footing.serving()));
  recovery_.tell(row);
  recovery_.carry_out(row);
  // MySQL's read_only without super_read_only is no known role, and its writes are seen all the
  // same.
  if (!watch_.strayed() || !footing.doubt().empty()) return;
  recovery_.flag("the " + std::string(name(other(footing.serving()))) +
                 " database did not refuse everybody");
  footing.write();
}

// The other database did not answer when this side began to serve, and may be as writable as it was
// then. False: it owes its fence still.
bool Keeper::pay_fence() {
  JournalRecord& record = desk_.footing.record;
  const Side theirs = other(record.side);
  Replication& databases = *desk_.ports.replication;
  if (!ownership_.refused().empty()) return false;
  if (!databases.take_command(theirs, kKeeperCommandLimit).done()) return false;
  if (!databases.fence(theirs, kStatementLimit).done()) return false;
  lives_.in_role(theirs);
  const std::string what = "the " + std::string(name(theirs)) + " database";
  const Reading<bool> moved = databases.wrote_beyond(theirs, record.position);
  if (!moved) return false;
  record.fence_owed = false;
  if (*moved) recovery_.flag(what + " was not fenced when it was left");
  desk_.view.set_doubt(desk_.footing.doubt());
  desk_.footing.write();
  log(Message::kFencePaid, desk_.settings.name, what + " answers again, and is fenced");
  return true;
}

// After a flip: the roles that are to be kept, the way back that is to be armed. Tried for as long
// as it takes, since a link that is missing now is missed on the day when it is needed.
void Keeper::pay_what_is_owed() {
  Footing& footing = desk_.footing;
  Clock& clock = desk_.ports.clock;
  if (!footing.record.owed || footing.record.in_doubt || clock.now() < pay_at_) return;
  Replication& databases = *desk_.ports.replication;
  const Answer command = ownership_.take(kKeeperCommandLimit);
  std::string why = command.why;
  if (command.done()) why = after_flip(databases, desk_.settings, footing.record, kStatementLimit);
  pay_pause_ = std::clamp(pay_pause_ * 2, kFirstPause, kLongestPause);
  pay_at_ = clock.now() + pay_pause_;
  if (!footing.record.owed) {
    footing.write();
    log(Message::kWayBackArmed, desk_.settings.name, why.empty() ? "the way back is armed" : why);
    desk_.audit.add({{"site", desk_.settings.name}, {"event", "way back"}, {"reason", "armed"}});
    why.clear();
    pay_pause_ = Nanos{0};
  } else if (why != footing.not_armed) {
    log(Message::kWayBackNotArmed, desk_.settings.name, why + "; it is tried again");
  }
  footing.not_armed = why;
}

// A full ring, built by hand: what root does on the server that follows would come to the one that
// serves.
void Keeper::stop_the_link_back() {
  const Side serving = desk_.footing.serving();
  links_at_ = desk_.ports.clock.now() + kFirstPause;
  if (!ownership_.take(kKeeperCommandLimit).done()) return;
  if (!desk_.ports.replication->stop_applying(serving, kStatementLimit).done()) return;
  log(Message::kLinkStopped, desk_.settings.name,
      "the link into the " + std::string(name(serving)) +
          " database, which serves, receives and applies nothing any more; a switch or rollback "
          "starts it");
}

// What the side that serves writes next may have the numbers of what it lost, and the other would
// take it for known, or apply it upon other rows.
void Keeper::cut_off() {
  const Side serving = desk_.footing.serving();
  links_at_ = desk_.ports.clock.now() + kFirstPause;
  if (!ownership_.take(kKeeperCommandLimit).done()) return;
  if (!desk_.ports.replication->stop_applying(other(serving), kStatementLimit).done()) return;
  log(Message::kLinkCutOff, desk_.settings.name,
      "the link into the " + std::string(name(other(serving))) +
          " database applies nothing any more: the " + std::string(name(serving)) +
          " one, which serves, lacks writes of its own that are there");
}

// A restart leaves its links as the server's configuration has them. And a link that stands ready
// keeps its place: what it would ask for again must not have been purged meanwhile.
void Keeper::keep_links() {
  JournalRecord& record = desk_.footing.record;
  const Nanos now = desk_.ports.clock.now();
  if (watch_.lost() == Lost::kMine && watch_.follows() && now >= links_at_) return cut_off();
  if (!desk_.settings.reverse || now < links_at_) return;
  const bool settled = !record.in_doubt && !record.owed;
  if (watch_.applies_back() && !(settled && record.links_owed)) return stop_the_link_back();
  if (!settled) return;
  const bool renew = watch_.stands_ready() && (!watch_.receives() || now >= renew_at_);
  if (!record.links_owed && !renew) return;
  const Answer command = ownership_.take(kKeeperCommandLimit);
  Replication& databases = *desk_.ports.replication;
  std::string why = command.why;
  if (command.done() && record.links_owed) {
    why = after_restart(databases, record, kStatementLimit);
  } else if (command.done()) {
    why = databases.renew_link(record.side, record.position, kStatementLimit).why;
  }
  links_pause_ = std::clamp(links_pause_ * 2, kFirstPause, kLongestPause);
  links_at_ = now + links_pause_;
  if (!why.empty()) return;  // the gate has what is wrong with a link
  links_pause_ = Nanos{0};
  renew_at_ = now + kRenewal;
  if (std::exchange(record.links_owed, false)) desk_.footing.write();
}

}  // namespace cutover
