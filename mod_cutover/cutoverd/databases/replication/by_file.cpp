// SPDX-License-Identifier: Apache-2.0
// Two servers that replicate by file and offset: which they are, and what they say then.
#include "mod_cutover/cutoverd/databases/dialect/by_file.h"

#include <algorithm>

#include "mod_cutover/cutoverd/databases/replication/replication.h"

namespace cutover {
namespace {

constexpr auto kAskAgain = std::chrono::seconds(30);
constexpr auto kOtherServer = std::chrono::milliseconds(300);

std::size_t index(Side side) { return side == Side::kOld ? 0 : 1; }

}  // namespace

// The source of a link does not know how it is read; so the other one is asked as well, once.
bool RealReplication::go_by_file(Side asked, Deadline deadline) {
  if (std::chrono::steady_clock::now() >= ask_kind_at_[index(asked)]) ask_kind(asked, deadline);
  if (ask_kind_at_[index(other(asked))].time_since_epoch().count() == 0)
    ask_kind(other(asked), deadline.within(kOtherServer));
  return by_file_[0].value_or(false) || by_file_[1].value_or(false);
}

// Of MariaDB, whose links say it: for nothing, whenever one is looked at.
void RealReplication::learn_kind(Side side, const std::vector<Channel>& channels) {
  if (channels.empty() || channels.front().by_gtid.empty()) return;
  by_file_[index(side)] = std::any_of(channels.begin(), channels.end(),
                                      [](const Channel& c) { return c.by_gtid == "No"; });
}

void RealReplication::ask_kind(Side side, Deadline deadline) {
  const auto session = at(side).monitor(deadline);
  if (!session) return;
  const auto said = at(side).dialect().goes_by_file(**session, deadline);
  if (said) by_file_[index(side)] = said;
  ask_kind_at_[index(side)] = std::chrono::steady_clock::now() + kAskAgain;
}

Reading<std::unique_ptr<Standing>> RealReplication::by_file(Side side, Deadline deadline) {
  const auto session = at(side).monitor(deadline);
  if (!session) return {std::nullopt, session.error};
  return at(side).named(
      standing_by_file(**session, at(side).dialect(), at(side).identity(), deadline));
}

Reading<std::unique_ptr<Standing>> RealReplication::standing_for(Side side,
                                                                 const Position& position,
                                                                 Deadline deadline) {
  if (is_by_file(position)) return by_file(side, deadline);
  const auto session = at(side).monitor(deadline);
  if (!session) return {std::nullopt, session.error};
  return at(side).named(at(side).dialect().standing(**session, deadline));
}

Reading<OwnWrites> RealReplication::own_by_file(Side side, const Position& position,
                                                Deadline deadline) {
  const auto standing = by_file(side, deadline);
  if (!standing) return {std::nullopt, standing.error};
  const auto has = at(side).named((*standing)->position());
  if (!has) return {std::nullopt, has.error};
  const auto session = at(side).monitor(deadline);
  if (!session) return {std::nullopt, session.error};
  return at(side).named(
      file_log_of(side).look(**session, at(side).identity(), position, *has, deadline));
}

// It is the place at which the other stood before it was made the writer. From there on it must not
// have applied anything yet: what it has applied by a link that is gone nobody could tell.
Reading<Position> RealReplication::start_by_file(Server& replica, const Position& position,
                                                 Deadline deadline) {
  const Server& source = at(other(replica.side()));
  const std::string by_hand =
      "; set the link up by hand, by GTIDs or from a dump (docs/moving-a-site.md)";
  const auto place = place_of(position, place_key(source.identity()));
  if (!place)
    return {std::nullopt, "where the link into " + replica.label() + " begins in the log of " +
                              source.label() + " is not known" + by_hand};
  const auto own = own_by_file(replica.side(), position, deadline);
  if (!own) return {std::nullopt, own.error};
  if (own->rows || file_log_of(replica.side()).has_of_others())
    return {std::nullopt, replica.label() + " has written or applied something since " + position +
                              ", so a link cannot begin there again" + by_hand};
  return {cutover::by_file({{place_key(source.identity()), *place}}), {}};
}

}  // namespace cutover
