// SPDX-License-Identifier: Apache-2.0
// What the product uses of a machine: memory, descriptors, threads, slots of its shared memory.
#pragma once

#include <array>
#include <string>

#include "mod_cutover/state/shared_memory.h"
#include "tests/harness/site.h"

namespace cutover::soak {

enum class Group { kMemory, kDescriptors, kThreads, kSlots };

struct Quantity {
  const char* name;
  Group group;
  double bound;  // more than so much for each move is growth
};

// Memory is what a process has of its own, in kB: pages of files come and go as the kernel likes.
inline constexpr std::array<Quantity, 9> kQuantities = {{
    {"httpd's parent, kB", Group::kMemory, 8},
    {"its children, kB", Group::kMemory, 8},
    {"coordinator, kB", Group::kMemory, 8},
    {"httpd's parent, descriptors", Group::kDescriptors, 0.05},
    {"its children, descriptors", Group::kDescriptors, 0.05},
    {"coordinator, descriptors", Group::kDescriptors, 0.05},
    {"httpd, threads", Group::kThreads, 0.02},
    {"coordinator, threads", Group::kThreads, 0.02},
    {"slots of shared memory", Group::kSlots, 0.02},
}};
using Figures = std::array<double, kQuantities.size()>;

// Looks at the old host's httpd.
class Sampler {
 public:
  explicit Sampler(harness::Site& site);

  // The least of a few looks, since a request under way has descriptors of its own.
  Figures take() const;

 private:
  Figures look() const;
  double slots_in_use() const;

  harness::Site& site_;
  Mapping counters_;
};

}  // namespace cutover::soak
