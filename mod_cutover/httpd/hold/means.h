// SPDX-License-Identifier: Apache-2.0
// What the held requests of one child wait with.
#pragma once

#include <atomic>
#include <cstdint>
#include <memory>

#include "mod_cutover/httpd/hold/closer.h"
#include "mod_cutover/httpd/hold/waker.h"
#include "mod_cutover/httpd/parent/hold_capacity.h"

namespace cutover {

// Made in child_init, before the child has threads; from then on they only read it, but for
// the two atomics. `blocked`: each thread that waits counts itself in and out. `stopping`: stored
// once by the thread that ends the child, read by all who are held; it carries nothing else with
// it.
struct HoldMeans {
  std::unique_ptr<Waker> waker;    // none: this httpd or this child cannot park
  std::unique_ptr<Closer> closer;  // none: no site wants one
  int parkable_fds = 0;            // a descriptor from here on says that few are left
  BlockBudget block_budget;
  std::atomic<std::int64_t> blocked{0};  // threads
  std::atomic<bool> stopping{false};
};

}  // namespace cutover
