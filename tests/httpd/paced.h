// SPDX-License-Identifier: Apache-2.0
// What the tests of the paced release share: a child of sixty-four threads, of which two stay free,
// and a new host that counts.
#pragma once

#include <gtest/gtest.h>

#include <algorithm>
#include <string>
#include <vector>

#include "tests/harness/eventually.h"
#include "tests/httpd/counting_host.h"
#include "tests/httpd/crowd.h"
#include "tests/httpd/parking.h"

namespace cutover::test {

constexpr int kThreads = 64;
constexpr int kMostUnderWay = 62;
constexpr int kFirstWindow = 50;

class Paced : public testing::Test {
 protected:
  explicit Paced(const std::string& site = "", unsigned children = 1)
      : rig_(options(host_, site, children)) {}

  static RigOptions options(const CountingHost& host, const std::string& site, unsigned children) {
    RigOptions options = roomy();
    options.processes = children;
    options.threads = kThreads;
    options.site += host.directive() + site;
    return options;
  }

  // So many are held, in the order of their numbers: /who.txt?n=0. and so on.
  Crowd& hold(std::size_t number) {
    rig_.start();
    rig_.hold(AtDeadline::kRefuse);
    crowd_ = std::make_unique<Crowd>(rig_.port(), 0);
    for (std::size_t i = 0; i < number; ++i) {
      crowd_->join(get_request(path(i)));
      EXPECT_TRUE(rig_.eventually_held(static_cast<std::int64_t>(i + 1)));
    }
    return *crowd_;
  }
  static std::string path(std::size_t i) { return "/who.txt?n=" + std::to_string(i) + "."; }

  bool eventually_at_once(int number) {
    return harness::eventually([&] { return host_.at_once() == number; });
  }
  // How many came to the new host before this one; all of them when it has not come.
  std::size_t place_of(const std::string& path) const {
    const std::vector<std::string> asked = host_.asked();
    const auto found = std::find(asked.begin(), asked.end(), path);
    return static_cast<std::size_t>(found - asked.begin());
  }
  bool came(const std::string& path) const { return place_of(path) < host_.asked().size(); }

  CountingHost host_;
  Rig rig_;
  std::unique_ptr<Crowd> crowd_;
};

}  // namespace cutover::test
