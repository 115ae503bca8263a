// SPDX-License-Identifier: Apache-2.0
// Shared memory as one process of httpd sees it: the decisions for reading, the counters, and in a
// child the slot that is its own.
#pragma once

#include <atomic>

#include "mod_cutover/httpd/config.h"
#include "shared/block.h"

namespace cutover {

// The parent fills it in before it forks; a child sets its slot in child_init, before it has
// threads. `stopping` is set by the thread that ends the child and read by all.
struct Runtime {
  const ControlArea* control = nullptr;
  CounterArea counters{};
  ChildSlot* slot = nullptr;
  std::atomic<bool> stopping{false};
};

inline const SiteControl& control_of(const Runtime& runtime, const Site& site) {
  return runtime.control->sites[site.index];
}
inline SiteCounters& counters_of(const Runtime& runtime, const Site& site) {
  return runtime.slot->sites[site.index];
}

}  // namespace cutover
