// SPDX-License-Identifier: Apache-2.0
#include "mod_cutover/cutoverd/looks/watch.h"

#include <algorithm>
#include <cstdio>

#include "shared/words/phrases.h"
#include "shared/words/times.h"

namespace cutover {
namespace {

// It is no part of what a switch waits for.
constexpr Nanos kLookBack = std::chrono::seconds(2);

std::string host(Side side) { return std::string(name(side)); }

std::string milliseconds(double ms) {
  char text[32];
  std::snprintf(text, sizeof text, "%.0f ms", ms);
  return text;
}

}  // namespace

void GateWatch::tick(Replication* replication, Side serving, const Position& baseline, Nanos now) {
  gate_ = {true, {}};
  lag_ms_.reset();
  writer_read_only_ = writer_writable_ = replica_writable_ = replica_read_only_ = strayed_ = false;
  position_.clear();
  settled_.clear();
  if (replication == nullptr) return;
  look_at_lag(*replication, serving, now);
  look_at_fences(*replication, serving);
  const Position& since = baseline.empty() ? position_ : baseline;
  if (!since.empty()) look_for_strays(*replication, other(serving), since);
  if (!without_rows_.empty()) gate_.notes.push_back(without_rows_);
  if (!complete(*replication, serving)) look_at_link(*replication, serving);
  if (settings_.reverse) look_back(*replication, serving, now);
}

// Nothing is to be applied into the side that serves. One that was built so by hand is told of, and
// the keeper stops it.
void GateWatch::look_back(Replication& databases, Side serving, Nanos now) {
  if (now >= look_back_at_) {
    back_ = databases.link_into(serving).value;
    look_back_at_ = now + kLookBack;
  }
  if (!back_ || !back_->from_the_other) return;
  const std::string link = "the link into the " + host(serving) + " database, which serves, ";
  if (back_->applying)
    gate_.notes.push_back(link +
                          "applies what the other writes; STOP SLAVE SQL_THREAD (STOP "
                          "REPLICA SQL_THREAD) there");
  else if (!back_->receiving)
    gate_.notes.push_back(link + "does not receive: " + back_->error);
}

// New has written nothing that old lacks: for the way back no link is needed. (For the way there
// one always is: two servers that merely look alike are no copies of each other.)
bool GateWatch::complete(Replication& databases, Side serving) {
  if (serving != Side::kNew || position_.empty()) return false;
  const Reading<bool> applied = databases.has_applied(Side::kOld, position_);
  return applied && *applied;
}

// A database that is down is met more than once.
void GateWatch::close(const std::string& reason) {
  gate_.open = false;
  auto& reasons = gate_.reasons;
  if (std::find(reasons.begin(), reasons.end(), reason) == reasons.end()) reasons.push_back(reason);
}

void GateWatch::look_at_lag(Replication& databases, Side serving, Nanos now) {
  const Reading<Position> position = databases.position(serving);
  position_ = position.value.value_or("");
  std::string error = position.error;
  meter_.sample(now, position.value, [&](const Position& p) {
    const Reading<bool> applied = databases.has_applied(other(serving), p);
    if (!applied) error = applied.error;
    return applied.value;
  });
  if (!meter_.lag()) {
    close("the replication lag is unknown" + (error.empty() ? "" : ": " + error));
    return;
  }
  lag_ms_ = to_ms(*meter_.lag());
  if (*meter_.lag() > settings_.max_lag)
    close("the " + host(other(serving)) + " database is " + milliseconds(*lag_ms_) +
          " behind, CutoverMaxLag is " +
          milliseconds(to_ms(std::chrono::nanoseconds(settings_.max_lag))));
}

void GateWatch::look_at_fences(Replication& databases, Side serving) {
  const Reading<bool> writer = databases.read_only(serving);
  const Reading<bool> replica = databases.read_only(other(serving));
  if (!writer) close(writer.error);
  if (!replica) close(replica.error);
  writer_read_only_ = writer && *writer;
  writer_writable_ = writer && !*writer;
  replica_writable_ = replica && !*replica;
  replica_read_only_ = replica && *replica;
  if (writer_read_only_) close("the " + host(serving) + " database, which serves, is read-only");
  if (replica_writable_)
    close("the " + host(other(serving)) + " database is writable; set it read_only=1");
}

void GateWatch::look_for_strays(Replication& databases, Side replica, const Position& since) {
  const Reading<OwnWrites> own = databases.own_writes(replica, since);
  if (!own) return close(own.error);
  strayed_ = own->rows;
  if (strayed_)
    return close("the " + host(replica) +
                 " database has writes that the other never got: " + own->counts);
  settled_ = own->settled;
  if (!own->harmless.empty()) name_harmless(replica, *own);
}

// They are no writes that could be lost, so neither the gate nor the way back is closed for them.
void GateWatch::name_harmless(Side replica, const OwnWrites& own) {
  without_rows_ = "the " + host(replica) +
                  " database has own GTIDs without rows: " + joined(own.harmless) +
                  "; nothing needs to be done";
  if (!own.cures.empty()) without_rows_ += "; to avoid them: " + joined(own.cures, "; ");
}

void GateWatch::look_at_link(Replication& databases, Side serving) {
  const std::string replica = host(other(serving));
  const Reading<LinkState> link = databases.link_into(other(serving));
  if (!link) return close("the replication into " + replica + " is unknown: " + link.error);
  if (!link->configured) return close("the " + replica + " database does not replicate");
  if (!link->from_the_other)
    close("the " + replica + " database replicates from another server than this site's");
  if (!link->receiving) close("replication into " + replica + " does not receive: " + link->error);
  if (!link->applying) close("replication into " + replica + " does not apply: " + link->error);
}

}  // namespace cutover
