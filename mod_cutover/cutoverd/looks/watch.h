// SPDX-License-Identifier: Apache-2.0
// The gate on replication, looked at on every tick: open only when everything that a switch needs
// has just been seen to be so. It fails closed: what could not be read is a reason.
#pragma once

#include <array>
#include <memory>
#include <optional>
#include <string>

#include "shared/figures/lag_meter.h"
#include "shared/figures/snapshot.h"
#include "shared/protocol/ports.h"
#include "shared/protocol/recovery.h"
#include "shared/protocol/settings.h"

namespace cutover {

class GateWatch {
 public:
  explicit GateWatch(const SiteSettings& settings) : settings_(settings) {}

  // One look, with `serving` as the writer. `replication` is null for a site without databases,
  // whose gate is open. `baseline` is the journaled position, or empty.
  void tick(Replication* replication, Side serving, const Position& baseline, Nanos now);

  const GateState& gate() const { return gate_; }
  // Seen for certain: a database is not in its role, or the one that does not serve has writes of
  // its own beyond the baseline. What could not be read is neither.
  bool writer_read_only() const { return writer_read_only_; }
  bool replica_writable() const { return replica_writable_; }
  bool writer_writable() const { return writer_writable_; }
  bool replica_read_only() const { return replica_read_only_; }
  bool strayed() const { return strayed_; }
  // Whose own writes seem to be gone, by what the other one had a look ago.
  Lost lost() const { return lost_; }
  // The baseline with what the one that does not serve has written since without rows; before there
  // is a baseline, what it can be. Empty when unknown, and where there are rows.
  const Position& settled() const { return settled_; }
  // All that the serving database had committed at this look; empty when unknown.
  const Position& position() const { return position_; }
  std::optional<double> lag_ms() const { return lag_ms_; }
  // The link into the one that serves: it is there, and applies nothing. By a look now and then.
  bool stands_ready() const { return back_ && back_->from_the_other && !back_->applying; }
  bool applies_back() const { return back_ && back_->from_the_other && back_->applying; }
  bool follows() const { return link_ && link_->from_the_other && link_->applying; }
  bool receives() const { return back_ && back_->receiving; }
  // Forget the samples: the direction changed.
  void restart() {
    meter_ = LagMeter{};
    without_rows_.clear();
    look_back_at_ = Nanos{0};
    replica_had_.clear();
    forget_the_link();
  }
  // The next tick asks for the link, too, as whoever decides by it must have it.
  void forget_the_link() { link_at_ = Nanos{0}; }

 private:
  void look_at_lag(Glance& writer, Glance& replica, Side serving, Nanos now);
  void look_at_fences(Glance& writer, Glance& replica, Side serving);
  bool begins_with(Glance& replica, const Position& since);
  void look_for_strays(Glance& replica, Side side, const Position& baseline);
  void look_for_lost(Glance& writer, Glance& replica, const Position& baseline);
  bool complete(Glance& replica, Side serving) const;
  void look_at_link(Replication& databases, Side serving, Nanos now);
  void look_back(Replication& databases, Side serving, Nanos now);
  void look_at_doors(Replication& databases, Nanos now);
  void name_harmless(Side replica, const OwnWrites& own);
  void close(const std::string& reason);

  const SiteSettings& settings_;
  std::optional<Side> serving_;  // at the last tick
  LagMeter meter_;
  GateState gate_;
  std::optional<double> lag_ms_;
  bool writer_read_only_ = false;
  bool replica_writable_ = false;
  bool writer_writable_ = false;
  bool replica_read_only_ = false;
  bool strayed_ = false;
  Lost lost_ = Lost::kNone;
  Position position_;
  Position replica_had_;  // a look ago
  Position settled_;
  // The link into the replica as it was seen last, and when it is asked for again. What the gate
  // promises of the lag does not hang on it: that is measured at every look.
  Reading<LinkState> link_;
  Nanos link_at_{0};
  std::optional<LinkState> back_;
  Nanos look_back_at_{0};
  // Of each side: why it lets no new session of ours in, and when that is tried again.
  struct Door {
    std::string closed;
    Nanos again{0};
  };
  std::array<Door, 2> doors_;
  std::string without_rows_;  // the note on those that were found last
};

}  // namespace cutover
