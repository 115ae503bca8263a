// SPDX-License-Identifier: Apache-2.0
// Writes each site's history (shared/figures/history.h). A thread of its own looks at them all: a
// site's own is busy while a run goes on, which is when most is to be seen.
#pragma once

#include <memory>
#include <thread>
#include <vector>

#include "mod_cutover/cutoverd/site/site.h"
#include "mod_cutover/state/guarded.h"
#include "shared/figures/history.h"

namespace cutover {

class Recorder {
 public:
  // `sites` never changes while this lives.
  Recorder(const std::vector<std::unique_ptr<Site>>& sites, Clock& clock);
  ~Recorder();

  // Any thread. Nothing for a site that is none of them.
  std::vector<HistorySample> since(const Site& site, std::int64_t at_ms) const;

 private:
  void record();
  bool look();  // true while any site is in a run

  const std::vector<std::unique_ptr<Site>>& sites_;
  Clock& clock_;
  mutable Mutex mutex_;
  // Written by the thread, read by askers; in the sites' order.
  std::vector<History> histories_ CUTOVER_GUARDED_BY(mutex_);
  bool stopping_ CUTOVER_GUARDED_BY(mutex_) = false;
  Condition stopped_;
  std::thread thread_;  // last: it uses all of them
};

}  // namespace cutover
