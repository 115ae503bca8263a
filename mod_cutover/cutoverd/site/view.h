// SPDX-License-Identifier: Apache-2.0
// What other threads see of a site: the control socket's and the recorder's. The site's own thread
// writes it down here at every step; nothing in here decides anything.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "mod_cutover/state/guarded.h"
#include "shared/figures/snapshot.h"
#include "shared/memory/layout.h"
#include "shared/protocol/ports.h"
#include "shared/protocol/settings.h"
#include "shared/protocol/transitions.h"

namespace cutover {

class View {
 public:
  View(const SiteSettings& settings, Clock& clock) : settings_(settings), clock_(clock) {}

  // -- any thread ---------------------------------------------------------------------------------
  // Word and counts are shared memory's own, and newer than the rest.
  Snapshot snapshot(const StateStore& store) const;
  std::string doubt() const;
  struct UnderWay {
    bool running = false;    // from a command's first look to its end
    bool abortable = false;  // and the point of no return is not behind it
  };
  UnderWay under_way() const;
  std::string outcome() const;  // of the run or rehearsal that ended last

  // -- the site's thread ------------------------------------------------------------------------
  void run_begins(Direction direction, bool rehearsal, bool abortable);
  // A phase of the run; the same one again where it cannot be left, and then `why` is a doubt,
  // until it can. `doubt`: what is in doubt otherwise.
  void enter(Phase phase, std::string_view why, const std::string& doubt);
  void run_ends();
  void ended(const LastRun& last);
  // One that goes by itself was turned back by the preflight; it is no run yet.
  void put_off();
  void remember(const std::optional<LastRun>& last, const std::optional<LastRun>& rehearsal);
  void at_rest();

  // Empty: there is none. A new one is told in the log. An open gate and a doubt are never told of
  // together: the next look would be too late to close it.
  void set_doubt(const std::string& doubt);

  // One look at rest.
  struct Look {
    GateState gate;
    std::optional<double> lag_ms;
    std::vector<SlowRequest> slow;
    std::optional<Forecast> forecast;
    std::optional<WayBack> way_back;  // nothing while old serves
    std::string completed{};          // since when, for good
  };
  void looked(Look look);
  // What the databases were seen to be before a run says nothing of what they are after it.
  void forget_the_databases();
  void set_strays(std::optional<StrayReport> strays);

 private:
  struct Entered {
    Phase phase;
    Nanos at;
  };
  struct Seen {
    Look look{{false, {"the coordinator has just started and is still looking"}}, {}, {}, {}, {}};
    std::string doubt;
    Phase phase = Phase::kServing;
    std::optional<LastRun> last;
    std::optional<LastRun> rehearsal;  // the newest
    std::string outcome;
    std::optional<StrayReport> strays;  // while new serves
    // Of the run that is under way.
    std::optional<Direction> direction;
    bool rehearsing = false;
    bool abortable = false;
    Nanos began{0};
    std::string started;        // UTC
    std::vector<Entered> been;  // its phases so far
  };

  Progress progress(const Seen& seen) const;

  const SiteSettings& settings_;
  Clock& clock_;
  // The site's thread alone writes, other threads read: one lock for all of it, so that what they
  // get belongs together.
  mutable Mutex mutex_;
  Seen seen_ CUTOVER_GUARDED_BY(mutex_);
};

// Of a thread that hangs, what others see is as old as its last beat: the gate says so.
void tell_of_silence(const SiteControl& control, GateState& gate);

}  // namespace cutover
