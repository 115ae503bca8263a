// SPDX-License-Identifier: Apache-2.0
// A release against a simulated host: so many workers, a queue before them that refuses whoever
// finds it full, and a clock that jumps from end to end.
#include <gtest/gtest.h>

#include <algorithm>
#include <deque>
#include <functional>
#include <queue>
#include <random>
#include <tuple>
#include <vector>

#include "shared/figures/release_window.h"

namespace cutover {
namespace {

constexpr double kMs = 1e6;

struct Host {
  int workers;
  std::size_t queue = 100;
};

struct Outcome {
  int failed = 0;
  int widest = 0;   // under way at once
  double took = 0;  // of the last one
  double best = 0;  // held / rate
};

class Simulation {
 public:
  Simulation(Host host, std::function<double()> service) : host_(host), service_(service) {}

  Outcome release(int held, int fresh_at_once = 0) {
    held_ = held;
    for (int i = 0; i < fresh_at_once; ++i) arrive(-1);  // of others, for ever
    send();
    while (left_ > 0 || held_ > 0) step();
    outcome_.took = now_;
    outcome_.best = work_ / host_.workers;
    return outcome_;
  }

 private:
  struct End {
    double at;
    double sent;
    bool operator>(const End& other) const { return at > other.at; }
  };

  void send() {
    while (held_ > 0 && under_way_ < window_.width()) {
      --held_;
      ++left_;
      ++under_way_;
      outcome_.widest = std::max(outcome_.widest, under_way_);
      arrive(now_);
    }
  }
  void arrive(double sent) {
    if (static_cast<int>(ends_.size()) < host_.workers)
      serve(sent);
    else if (queue_.size() < host_.queue)
      queue_.push_back(sent);
    else
      refuse();
  }
  void serve(double sent) {
    const double takes = service_();
    if (sent >= 0) work_ += takes;
    ends_.push({now_ + takes, sent});
  }
  void refuse() {
    ++outcome_.failed;
    --left_;
    --under_way_;
    window_.heard_failure(static_cast<std::int64_t>(now_));
  }
  void step() {
    const End end = ends_.top();
    ends_.pop();
    now_ = end.at;
    if (!queue_.empty()) {
      serve(queue_.front());
      queue_.pop_front();
    }
    if (end.sent < 0) return arrive(-1);
    window_.heard(static_cast<std::int64_t>(now_), static_cast<std::int64_t>(now_ - end.sent),
                  under_way_);
    --left_;
    --under_way_;
    send();
  }

  Host host_;
  std::function<double()> service_;
  ReleaseWindow window_{0};
  Outcome outcome_;
  std::priority_queue<End, std::vector<End>, std::greater<>> ends_;
  std::deque<double> queue_;
  double now_ = 0, work_ = 0;
  int held_ = 0, left_ = 0, under_way_ = 0;
};

struct Pages {
  const char* name;
  std::function<double(std::mt19937&)> takes;
  double longest_ms;
  double answers_to_open = 4;
};

std::vector<Pages> pages() {
  const auto even = [](std::mt19937&) { return 50 * kMs; };
  const auto random = [](std::mt19937& r) {
    return std::exponential_distribution<double>(1 / (50 * kMs))(r) + kMs;
  };
  const auto some_slow = [](std::mt19937& r) {
    return std::bernoulli_distribution(0.1)(r) ? 300 * kMs : 5 * kMs;
  };
  const auto half_slow = [](std::mt19937& r) {
    return std::bernoulli_distribution(0.5)(r) ? 300 * kMs : 3 * kMs;
  };
  return {{"even", even, 50},
          {"random", random, 200},
          {"some slow", some_slow, 300},
          // Slow pages that went together end together, and look like a host that slows down.
          {"half slow", half_slow, 300, 14}};
}

class ToAHost : public testing::TestWithParam<std::tuple<std::size_t, int, int, bool>> {};

// The last one's time is that of the host, half as long again, and on top what the window takes to
// open: some answers' time.
TEST_P(ToAHost, NobodyIsRefusedAndTheLastDoesNotWaitForLong) {
  const auto& [which, workers, held, busy] = GetParam();
  const Pages page = pages()[which];
  const int others = busy ? workers / 2 : 0;
  double took = 0, best = 0;
  for (unsigned seed = 0; seed < 20; ++seed) {
    std::mt19937 random(seed);
    Simulation host({workers}, [&] { return page.takes(random); });
    const Outcome outcome = host.release(held, others);
    EXPECT_EQ(outcome.failed, 0) << seed;
    EXPECT_LE(outcome.widest, workers + 100) << seed;
    took += outcome.took / 20;
    best += outcome.best / 20;
  }
  const double free = 1.0 - static_cast<double>(others) / workers;
  EXPECT_LE(took, 1.5 * best / free + page.longest_ms * kMs * page.answers_to_open);
}

INSTANTIATE_TEST_SUITE_P(Release, ToAHost,
                         testing::Combine(testing::Range<std::size_t>(0, 4),
                                          testing::Values(5, 25, 150),
                                          testing::Values(50, 200, 1000), testing::Bool()));

}  // namespace
}  // namespace cutover
