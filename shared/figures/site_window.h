// SPDX-License-Identifier: Apache-2.0
// The window of a site's release, as one child takes places in it. Who writes and reads what in
// shared memory, and why that is enough, stands in memory/release.h. Cheap to make; any thread may
// have one.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>

#include "shared/figures/release_window.h"
#include "shared/memory/layout.h"

namespace cutover {

class SiteWindow {
 public:
  // `mine` are the counters of the child whose pid that is.
  SiteWindow(const CounterArea& area, std::size_t site, SiteCounters& mine, std::int32_t pid);

  // Somebody waits who was held when that word decided, and may until then: the release of that
  // word begins, if it has not.
  void begin(std::uint64_t word, std::int64_t until_ns, std::int64_t now_ns);
  // Fresh requests take places: somebody of this site waits for one, in whatever child.
  bool lasts(std::int64_t now_ns);

  // A place, where one is free. What is taken must be given back.
  std::optional<Departure> take(std::int64_t now_ns);
  // The same for one who has just given a place back: he leaves it to the other children where his
  // own has its share of them already, by the number of those who wait.
  std::optional<Departure> take_of_share(std::int64_t now_ns);
  // Without asking: the time of the one who takes it is up.
  Departure take_anyway(std::int64_t now_ns);
  void give_back();
  // How many of those who wait for a place may find one now.
  std::int64_t wanted(std::int64_t now_ns) const;

  // What became of one who had a place; before that is given back.
  void heard(std::int64_t now_ns, std::int64_t took_ns, const Departure& departure);
  void heard_failure(std::int64_t now_ns);
  std::int64_t patience_ns() const;
  void look_for_silence(std::int64_t now_ns);

  std::int64_t width() const;
  // What those who wait for a place sleep on.
  std::atomic<std::uint64_t>& given_back() const { return all_.given_back; }

 private:
  struct Sum {
    std::int64_t under_way = 0;
    std::int64_t waiting = 0;
  };
  Sum sum(std::int64_t now_ns) const;
  std::optional<Departure> take_if(std::int64_t now_ns, bool of_share);
  bool change(const std::function<void(ReleaseWindow&)>& what);
  void store(const ReleaseWindow& window);

  CounterArea area_;
  std::size_t site_;
  SiteRelease& all_;
  SiteCounters& mine_;
  std::int32_t pid_;
  std::uint64_t word_ = 0;  // of the release that it takes part in; 0: of whichever there is
};

}  // namespace cutover
