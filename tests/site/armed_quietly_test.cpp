// SPDX-License-Identifier: Apache-2.0
// switch --wait --quiet under a load that comes and goes. Before ten minutes nobody knows what
// quiet is, so this takes a quarter of an hour, and is run by hand:
//   build/site_tests --gtest_also_run_disabled_tests --gtest_filter='ArmedQuietly.*'
#include <gmock/gmock.h>

#include <atomic>

#include "tests/site/stage.h"

namespace cutover::test {
namespace {

using std::chrono::minutes;
using std::chrono::seconds;

// Some who come for half a minute, and nobody for the other half.
class Tides {
 public:
  explicit Tides(std::uint16_t port) : thread_([this, port] { flow(port); }) {}
  ~Tides() {
    ending_ = true;
    thread_.join();
  }
  Tides(const Tides&) = delete;
  Tides& operator=(const Tides&) = delete;
  bool in() const { return in_; }

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
      in_ = true;
      rest(seconds(30));
      EXPECT_EQ(visitors.stop().failed, 0U);
      in_ = false;
      rest(seconds(30));
    }
  }
  void rest(milliseconds time) {
    eventually([this] { return ending_.load(); }, time, milliseconds(50));
  }

  std::atomic<bool> ending_{false};
  std::atomic<bool> in_{false};
  std::thread thread_;
};

// Each quarter of a second, until new serves.
struct Watched {
  std::chrono::seconds time{};
  bool in = true;           // the tide, when it moved
  std::uint64_t held = 0;   // ever, a moment before
  std::string last_reason;  // of those for which it waited
};

Watched watch_until_it_moves(Stage& stage, const Tides& tides, milliseconds limit) {
  Watched seen;
  const auto began = std::chrono::steady_clock::now();
  const auto moved = [&] {
    const auto now = stage.site().status();
    if (now.at("side") == "new") return true;
    seen.in = tides.in();
    if (now.at("phase") == "serving") seen.held = stage.held_ever();
    if (!now.at("armed").is_null()) seen.last_reason = now.at("armed").value("waits_for", "");
    return false;
  };
  EXPECT_TRUE(eventually(moved, limit, milliseconds(250)));
  seen.time = std::chrono::duration_cast<seconds>(std::chrono::steady_clock::now() - began);
  return seen;
}

TEST(ArmedQuietly, DISABLED_ItGoesInAQuietMomentAndNobodyIsHeldBefore) {
  Stage stage;
  EXPECT_EQ(stage.site().await_gate(), "");
  const Tides tides(stage.site().port());
  const auto armed = stage.site().cutoverctl({"switch", "--wait", "--quiet", "--until", "+40m"});
  ASSERT_EQ(armed.exit_code, 0) << armed.output;
  const Watched seen = watch_until_it_moves(stage, tides, minutes(35));
  EXPECT_GT(seen.time, minutes(9));
  EXPECT_FALSE(seen.in) << seen.last_reason;
  EXPECT_EQ(seen.held, 0U);
  std::cout << "moved after " << seen.time.count() << " s, " << (seen.in ? "in" : "out")
            << "; it waited last for " << seen.last_reason << "\n";
  EXPECT_EQ(stage.site().await_gate(), "");
  stage.expect_serves("new");
  EXPECT_EQ(stage.site().status().at("last").at("outcome"), "done");
}

}  // namespace
}  // namespace cutover::test
