// SPDX-License-Identifier: Apache-2.0
// What the tests of the parking hold share.
#pragma once

#include <gtest/gtest.h>
#include <sys/resource.h>

#include <algorithm>
#include <sstream>
#include <string>

#include "tests/harness/eventually.h"
#include "tests/httpd/rig.h"

namespace cutover::test {

// Few threads, and connections for many visitors.
inline RigOptions roomy() {
  RigOptions options;
  options.processes = 2;
  options.threads = 6;
  options.server = "AsyncRequestWorkerFactor 1000";
  options.site = "CutoverHoldTimeout 30s\n";
  return options;
}

// From its next generation on each of its processes may have so many descriptors and no more.
inline void limit_descriptors(Httpd& httpd, rlim_t number) {
  rlimit limit{};
  ASSERT_EQ(::prlimit(httpd.pid(), RLIMIT_NOFILE, nullptr, &limit), 0);
  limit.rlim_cur = number;
  ASSERT_EQ(::prlimit(httpd.pid(), RLIMIT_NOFILE, &limit, nullptr), 0);
  const auto before = httpd.children();
  httpd.graceful();
  const auto old_ones_are_gone = [&] {
    const auto now = httpd.children();
    return std::none_of(before.begin(), before.end(), [&](pid_t pid) {
      return std::find(now.begin(), now.end(), pid) != now.end();
    });
  };
  EXPECT_TRUE(harness::eventually(old_ones_are_gone));
}

// The time of the processor that it has taken, in ticks of 10 ms.
inline long cpu_ticks(pid_t pid) {
  const std::string stat = harness::read_file("/proc/" + std::to_string(pid) + "/stat");
  std::istringstream fields(stat.substr(stat.rfind(')') + 2));
  std::string field;
  long sum = 0;
  for (int i = 3; i <= 15 && fields >> field; ++i)
    if (i >= 14) sum += std::stol(field);
  return sum;
}

// Nobody is held or in flight any more, and each of so many that were held has exactly one end.
inline void expect_all_ended(Rig& rig, std::uint64_t held) {
  EXPECT_TRUE(harness::eventually([&] {
    const Counts c = rig.counts();
    return c.in_flight == 0 && c.held_now == 0;
  })) << "held: "
      << rig.counts().held_now << " in flight: " << rig.counts().in_flight;
  const Counts c = rig.counts();
  EXPECT_EQ(c.held, held);
  EXPECT_EQ(c.held, c.released + c.timed_out + c.shed_held + c.client_gone);
}

}  // namespace cutover::test
