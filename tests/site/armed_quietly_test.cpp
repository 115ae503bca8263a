// SPDX-License-Identifier: Apache-2.0
// switch --wait --quiet under a load that comes and goes. Before ten minutes nobody knows what
// quiet is, so this takes a quarter of an hour, and is run by hand:
//   build/site_tests --gtest_also_run_disabled_tests --gtest_filter='ArmedQuietly.*'
#include <gmock/gmock.h>

#include <algorithm>
#include <atomic>

#include "tests/site/stage.h"

namespace cutover::test {
namespace {

using std::chrono::minutes;
using std::chrono::seconds;

// Some who come for three quarters of a minute, and nobody for a quarter.
class Tides {
 public:
  explicit Tides(std::uint16_t port) : thread_([this, port] { flow(port); }) {}
  ~Tides() {
    ending_ = true;
    thread_.join();
  }
  Tides(const Tides&) = delete;
  Tides& operator=(const Tides&) = delete;

 private:
  void flow(std::uint16_t port) {
    harness::VisitorsOptions options;
    options.port = port;
    options.count = 4;
    options.think = milliseconds(150);
    for (int tide = 0; !ending_; ++tide) {
      options.name = "tide" + std::to_string(tide) + "-";
      harness::Visitors visitors(options);
      visitors.start();
      rest(seconds(45));
      EXPECT_EQ(visitors.stop().failed, 0U);
      rest(seconds(15));
    }
  }
  void rest(milliseconds time) {
    eventually([this] { return ending_.load(); }, time, milliseconds(50));
  }

  std::atomic<bool> ending_{false};
  std::thread thread_;
};

// What was foretold, each half second, until new serves.
std::vector<double> foretold_until_it_moves(harness::Site& site, milliseconds limit) {
  std::vector<double> all;
  const auto moved = [&] {
    const auto now = site.status();
    if (now.at("side") == "new") return true;
    if (now.at("phase") == "serving" && !now.at("forecast").is_null())
      all.push_back(now.at("forecast").at("total_ms").get<double>());
    return false;
  };
  EXPECT_TRUE(eventually(moved, limit, milliseconds(500)));
  return all;
}

TEST(ArmedQuietly, DISABLED_ItGoesInAQuietMomentAndNobodyIsHeldBefore) {
  Stage stage;
  EXPECT_EQ(stage.site().await_gate(), "");
  const Tides tides(stage.site().port());
  const auto began = std::chrono::steady_clock::now();
  const auto armed = stage.site().cutoverctl({"switch", "--wait", "--quiet", "--until", "+40m"});
  ASSERT_EQ(armed.exit_code, 0) << armed.output;
  const std::vector<double> foretold = foretold_until_it_moves(stage.site(), minutes(35));
  EXPECT_GT(std::chrono::steady_clock::now() - began, minutes(9));
  std::vector<double> sorted = foretold;
  std::sort(sorted.begin(), sorted.end());
  ASSERT_GT(sorted.size(), 1000U);
  const double least = sorted[sorted.size() / 10];
  const double median = sorted[sorted.size() / 2];
  EXPECT_LE(foretold.back(), least * 1.2 + 1) << "of half a second before";
  std::cout << "moved after " << foretold.size() / 2 << " s, foretold " << foretold.back()
            << " ms, lowest tenth " << least << ", median " << median << ", highest "
            << sorted.back() << "\n";
  stage.expect_serves("new");
  EXPECT_EQ(stage.site().status().at("last").at("outcome"), "done");
}

}  // namespace
}  // namespace cutover::test
