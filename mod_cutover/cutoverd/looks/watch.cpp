// SPDX-License-Identifier: Apache-2.0
#include "mod_cutover/cutoverd/looks/watch.h"

#include <algorithm>
#include <cstdio>

#include "shared/protocol/file_position.h"
#include "shared/words/phrases.h"
#include "shared/words/times.h"

namespace cutover {
namespace {

// A link that breaks shows at once in what is not applied; that its threads stand is told so late.
constexpr Nanos kLinkAgain = std::chrono::seconds(1);
// It is no part of what a switch waits for.
constexpr Nanos kLookBack = std::chrono::seconds(2);
// A password is changed long before it is missed; and whoever gets a wrong one may count.
constexpr Nanos kLoginAgain = std::chrono::seconds(60);
constexpr Nanos kLoginAgainAfterNo = std::chrono::seconds(15);
constexpr Nanos kLoginLimit = std::chrono::milliseconds(500);

std::string host(Side side) { return std::string(name(side)); }

std::string milliseconds(double ms) {
  char text[32];
  std::snprintf(text, sizeof text, "%.0f ms", ms);
  return text;
}

}  // namespace

void GateWatch::tick(Replication* replication, Side serving, const Position& baseline, Nanos now) {
  if (serving_ != serving) restart();
  serving_ = serving;
  gate_ = {true, {}};
  lag_ms_.reset();
  writer_read_only_ = writer_writable_ = replica_writable_ = replica_read_only_ = strayed_ = false;
  lost_ = Lost::kNone;
  position_.clear();
  settled_.clear();
  if (replication == nullptr) return;
  // The writer first: what it had then the replica may have by now.
  const std::unique_ptr<Glance> writer = replication->glance(serving);
  const std::unique_ptr<Glance> replica = replication->glance(other(serving));
  look_at_lag(*writer, *replica, serving, now);
  look_at_fences(*writer, *replica, serving);
  const Position& since = baseline.empty() ? position_ : baseline;
  if (!since.empty()) look_for_strays(*replica, other(serving), since);
  look_for_lost(*writer, *replica, baseline);
  if (!without_rows_.empty()) gate_.notes.push_back(without_rows_);
  if (!complete(*replica, serving)) look_at_link(*replication, serving, now);
  if (settings_.reverse) look_back(*replication, serving, now);
  look_at_doors(*replication, now);
}

// Open sessions outlive a password, a certificate, and the last free connection; a run needs new
// ones. Of a server that does not answer enough is said already.
void GateWatch::look_at_doors(Replication& databases, Nanos now) {
  const bool writer_answers = writer_writable_ || writer_read_only_;
  const bool replica_answers = replica_writable_ || replica_read_only_;
  for (const Side side : {Side::kOld, Side::kNew}) {
    if (!(side == serving_ ? writer_answers : replica_answers)) continue;
    Door& door = doors_[static_cast<std::size_t>(side)];
    if (now >= door.again) {
      const Answer answer = databases.lets_in(side, kLoginLimit);
      door = {answer.why, now + (answer.done() ? kLoginAgain : kLoginAgainAfterNo)};
    }
    if (!door.closed.empty())
      close("no new session is let in, and a switch needs some: " + door.closed);
  }
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
bool GateWatch::complete(Glance& replica, Side serving) const {
  if (serving != Side::kNew || position_.empty()) return false;
  const Reading<bool> applied = replica.has_applied(position_);
  return applied && *applied;
}

// A database that is down is met more than once.
void GateWatch::close(const std::string& reason) {
  gate_.open = false;
  auto& reasons = gate_.reasons;
  if (std::find(reasons.begin(), reasons.end(), reason) == reasons.end()) reasons.push_back(reason);
}

void GateWatch::look_at_lag(Glance& writer, Glance& replica, Side serving, Nanos now) {
  const Reading<Position> position = writer.position();
  position_ = position.value.value_or("");
  std::string error = position.error;
  meter_.sample(now, position.value, [&](const Position& p) {
    const Reading<bool> applied = replica.has_applied(p);
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

void GateWatch::look_at_fences(Glance& writer, Glance& replica, Side serving) {
  const Reading<bool> mine = writer.read_only();
  const Reading<bool> theirs = replica.read_only();
  if (!mine) close(mine.error);
  if (!theirs) close(theirs.error);
  if (!theirs) forget_the_link();  // it may be another life of that server that answers next
  writer_read_only_ = mine && *mine;
  writer_writable_ = mine && !*mine;
  replica_writable_ = theirs && !*theirs;
  replica_read_only_ = theirs && *theirs;
  if (writer_read_only_) close("the " + host(serving) + " database, which serves, is read-only");
  if (replica_writable_)
    close("the " + host(other(serving)) + " database is writable; set it read_only=1");
}

// By file: a position that does not know yet where the replica's log stood. It is told by where it
// stands now.
bool GateWatch::begins_with(Glance& replica, const Position& since) {
  if (!is_by_file(since) || places_in(since).size() > 1) return false;
  const Reading<Position> has = replica.position();
  const Position both = completed(since, own_place(has.value.value_or("")));
  if (both == since) return false;
  settled_ = both;
  return true;
}

void GateWatch::look_for_strays(Glance& replica, Side side, const Position& since) {
  if (begins_with(replica, since)) return;
  const Reading<OwnWrites> own = replica.own_writes(since);
  if (!own) return close(own.error);
  strayed_ = own->rows;
  if (strayed_)
    return close("the " + host(side) +
                 " database has writes that the other never got: " + own->counts);
  settled_ = own->settled;
  if (!own->harmless.empty()) name_harmless(side, *own);
}

// What the replica had a look ago the writer had before it: of what it has now, it may not yet show
// all. Before there is a baseline the servers are none of ours.
void GateWatch::look_for_lost(Glance& writer, Glance& replica, const Position& baseline) {
  const auto lacks = [](Glance& server, const Position& position) {
    const Reading<Position> lost = server.lost(position);
    return lost && !lost->empty();
  };
  if (!replica_had_.empty() && lacks(writer, replica_had_)) lost_ = Lost::kMine;
  if (lacks(replica, baseline)) lost_ = Lost::kTheirs;
  replica_had_ = baseline.empty() ? "" : replica.position().value.value_or("");
}

// They are no writes that could be lost, so neither the gate nor the way back is closed for them.
void GateWatch::name_harmless(Side replica, const OwnWrites& own) {
  without_rows_ = "the " + host(replica) +
                  " database has own GTIDs without rows: " + joined(own.harmless) +
                  "; nothing needs to be done";
  if (!own.cures.empty()) without_rows_ += "; to avoid them: " + joined(own.cures, "; ");
}

void GateWatch::look_at_link(Replication& databases, Side serving, Nanos now) {
  const std::string replica = host(other(serving));
  if (!link_ || now >= link_at_) {
    link_ = databases.link_into(other(serving));
    link_at_ = now + kLinkAgain;
  }
  const Reading<LinkState>& link = link_;
  if (!link) return close("the replication into " + replica + " is unknown: " + link.error);
  if (!link->configured) return close("the " + replica + " database does not replicate");
  if (!link->from_the_other)
    close("the " + replica + " database replicates from another server than this site's");
  if (!link->receiving) close("replication into " + replica + " does not receive: " + link->error);
  if (!link->applying) close("replication into " + replica + " does not apply: " + link->error);
}

}  // namespace cutover
