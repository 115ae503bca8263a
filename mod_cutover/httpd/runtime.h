// SPDX-License-Identifier: Apache-2.0
// Shared memory as one process of httpd sees it: the decisions for reading, the counters, and in a
// child the slot that is its own and what its held requests wait with.
#pragma once

#include <atomic>
#include <cstdint>
#include <memory>

#include "mod_cutover/httpd/closer.h"
#include "mod_cutover/httpd/config.h"
#include "mod_cutover/httpd/parker.h"
#include "shared/block.h"

namespace cutover {

// How many threads may wait in a hold, in each child or (a prefork's) in all of them together.
struct BlockBudget {
  std::int64_t most = 1;
  bool of_all_children = false;
};

// The parent fills it in before it forks; a child sets its slot, its parker and its closer in
// child_init, before it has threads. `stopping` is set by the thread that ends the child and read
// by all; `blocked` counts the threads that wait and is written by each of them.
struct Runtime {
  const ControlArea* control = nullptr;
  CounterArea counters{};
  BlockBudget block_budget;
  ChildSlot* slot = nullptr;
  std::unique_ptr<Parker> parker;  // none: this httpd or this child cannot park
  std::unique_ptr<Closer> closer;  // none: no site wants one
  int parkable_fds = 0;            // a descriptor from here on says that few are left
  std::atomic<bool> stopping{false};
  mutable std::atomic<std::int64_t> blocked{0};
};

inline const SiteControl& control_of(const Runtime& runtime, const Site& site) {
  return runtime.control->sites[site.index];
}
inline SiteCounters& counters_of(const Runtime& runtime, const Site& site) {
  return runtime.slot->sites[site.index];
}

}  // namespace cutover
