// SPDX-License-Identifier: Apache-2.0
// A counter area of so many slots, the shared one among them, as fresh memory has it.
#pragma once

#include <cstddef>
#include <vector>

#include "shared/memory/layout.h"

namespace cutover {

class CounterMemory {
 public:
  explicit CounterMemory(std::size_t slots) : lines_(counter_area_size(slots) / kCacheLine + 1) {
    area = counter_area(lines_.data(), counter_area_size(slots));
    area.shared_slot().pid.store(-1);
  }

  CounterArea area{};

 private:
  struct alignas(kCacheLine) Line {
    std::byte bytes[kCacheLine]{};
  };
  std::vector<Line> lines_;
};

}  // namespace cutover
