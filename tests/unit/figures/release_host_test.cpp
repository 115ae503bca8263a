// SPDX-License-Identifier: Apache-2.0
// A release against a simulated host: so many workers, a queue before them that refuses whoever
// finds it full, and a clock that jumps from end to end. One child of httpd lets them go, or
// sixteen, by the places in shared memory.
#include <gtest/gtest.h>

#include <algorithm>
#include <cstdio>
#include <deque>
#include <functional>
#include <limits>
#include <queue>
#include <random>
#include <string>
#include <tuple>
#include <vector>

#include "shared/figures/site_window.h"
#include "tests/unit/memory/counter_memory.h"

namespace cutover {
namespace {

constexpr double kMs = 1e6;
constexpr std::size_t kQueue = 100;
constexpr double kNever = std::numeric_limits<double>::infinity();

using Page = std::function<double(std::mt19937&)>;  // what a worker takes for the next one

struct Load {
  int workers = 5;
  int held = 50;
  std::size_t children = 1;
  int others = 0;        // visitors who come straight to the host, one request after the other
  double fresh = 0;      // share of what the host can do that comes as fresh requests of the site
  double cold = 1;       // times as long each worker takes for its first page
  bool is_paced = true;  // otherwise all go at once, and the queue has no end
};

struct Outcome {
  int refused = 0;
  int most_inside = 0;
  double last = 0;  // answer of one who was held
  double work = 0;  // of those, together
};

class Simulation {
 public:
  Simulation(const Load& load, const Page& page, unsigned seed)
      : load_(load), page_(page), random_(seed), memory_(load.children + 1) {
    for (std::size_t i = 0; i < load.children; ++i) {
      const auto pid = static_cast<std::int32_t>(100 + i);
      slots_.push_back(&claim_slot(memory_.area, pid).sites[0]);
      windows_.emplace_back(memory_.area, 0, *slots_.back(), pid);
    }
    waiting_.resize(load.children);
    std::mt19937 random(1);
    for (int i = 0; i < 500; ++i) mean_ += page_(random) / 500;
  }

  Outcome release() {
    for (int i = 0; i < load_.held; ++i) wait({page_(random_), true});
    left_ = load_.held;
    for (SiteWindow& window : windows_) window.begin(1, 1'000'000 * std::int64_t{1'000'000}, now());
    for (int i = 0; i < load_.others; ++i) arrive({.takes = page_(random_)});
    double next_fresh = fresh_after();
    for (std::size_t i = 0; i < windows_.size(); ++i) send(i, false);
    while (left_ > 0) {
      if (next_fresh < ends_.top().at) {
        clock_ = next_fresh;
        next_fresh += fresh_after();
        send(wait({page_(random_), false}), false);
      } else {
        end_one();
      }
    }
    return outcome_;
  }

 private:
  struct Request {
    double takes = 0;
    bool was_held = false;
    bool is_ours = false;
    std::size_t child = 0;
    double sent = 0;
    Departure departure{};
  };
  struct End {
    double at = 0;
    Request request;
    bool operator>(const End& other) const { return at > other.at; }
  };

  std::int64_t now() const { return 1 + static_cast<std::int64_t>(clock_); }

  double fresh_after() {
    if (load_.fresh == 0) return kNever;
    return std::exponential_distribution<double>(load_.fresh * load_.workers / mean_)(random_);
  }

  std::size_t wait(Request request) {
    const std::size_t child = next_child_++ % load_.children;
    request.child = child;
    request.is_ours = true;
    waiting_[child].push_back(request);
    slots_[child]->releasing.fetch_add(1);
    return child;
  }

  void send(std::size_t child, bool of_share) {
    while (!waiting_[child].empty()) {
      SiteWindow& window = windows_[child];
      std::optional<Departure> place = of_share ? window.take_of_share(now()) : window.take(now());
      if (!load_.is_paced && !place) place = window.take_anyway(now());
      if (!place) return;
      Request request = waiting_[child].front();
      waiting_[child].pop_front();
      slots_[child]->releasing.fetch_sub(1);
      request.sent = clock_;
      request.departure = *place;
      if (request.was_held) outcome_.work += request.takes;
      arrive(request);
    }
  }

  void arrive(const Request& request) {
    if (busy_ < load_.workers)
      serve(request);
    else if (!load_.is_paced || queue_.size() < kQueue)
      queue_.push_back(request);
    else
      refuse(request);
    outcome_.most_inside = std::max(outcome_.most_inside, busy_ + static_cast<int>(queue_.size()));
  }
  void serve(const Request& request) {
    ++busy_;
    const bool is_first = served_++ < load_.workers;
    ends_.push({clock_ + request.takes * (is_first ? load_.cold : 1), request});
  }
  void refuse(const Request& request) {
    ++outcome_.refused;
    if (!request.is_ours) return;
    windows_[request.child].heard_failure(now());
    go_on_after(request);
  }
  void end_one() {
    const End end = ends_.top();
    ends_.pop();
    clock_ = end.at;
    --busy_;
    if (!queue_.empty()) {
      serve(queue_.front());
      queue_.pop_front();
    }
    const Request& request = end.request;
    if (!request.is_ours) return arrive({.takes = page_(random_)});
    windows_[request.child].heard(now(), static_cast<std::int64_t>(clock_ - request.sent),
                                  request.departure);
    go_on_after(request);
  }
  // As the wakers do: its own child first, as far as its share goes, then whoever finds a place.
  void go_on_after(const Request& request) {
    if (request.was_held && --left_ == 0) outcome_.last = clock_;
    windows_[request.child].give_back();
    send(request.child, true);
    for (std::size_t i = 1; i <= windows_.size(); ++i)
      send((request.child + i) % windows_.size(), false);
  }

  Load load_;
  const Page& page_;
  std::mt19937 random_;
  CounterMemory memory_;
  std::vector<SiteCounters*> slots_;
  std::vector<SiteWindow> windows_;
  std::vector<std::deque<Request>> waiting_;
  std::deque<Request> queue_;
  std::priority_queue<End, std::vector<End>, std::greater<>> ends_;
  Outcome outcome_;
  std::size_t next_child_ = 0;
  double clock_ = 0;
  double mean_ = 0;  // of a page
  int busy_ = 0, served_ = 0, left_ = 0;
};

struct Pages {
  const char* name;
  Page page;
};

double one_of(std::mt19937& random, double share, double rare, double other) {
  return std::bernoulli_distribution(share)(random) ? rare : other;
}

std::vector<Pages> pages() {
  return {
      {"even", [](auto&) { return 50 * kMs; }},
      {"some slow", [](auto& r) { return one_of(r, 0.05, 400 * kMs, 20 * kMs); }},
      {"three kinds", [](auto& r) { return (r() % 3 == 0 ? 10 : one_of(r, 0.5, 50, 200)) * kMs; }},
      {"half slow", [](auto& r) { return one_of(r, 0.5, 300 * kMs, 3 * kMs); }},
      {"random",
       [](auto& r) { return std::exponential_distribution<double>(1 / (50 * kMs))(r) + kMs; }},
      {"few quick", [](auto& r) { return one_of(r, 0.01, kMs, 50 * kMs); }},
  };
}

struct Kind {
  const char* name;
  bool busy = false;
  double fresh = 0;
  double cold = 1;
};

class ToAHost : public testing::TestWithParam<std::tuple<std::size_t, Kind>> {
 protected:
  static constexpr unsigned kSeeds = 5;

  // The last one's time over the best possible: as if all had gone at once to a queue without an
  // end; or what the workers take for all of them that others and fresh requests leave.
  double let_go(Load load) {
    const auto& [which, kind] = GetParam();
    const Pages page = pages()[which];
    load.others = kind.busy ? load.workers / 2 : 0;
    load.fresh = kind.fresh;
    load.cold = kind.cold;
    double took = 0, best = 0;
    for (unsigned seed = 0; seed < kSeeds; ++seed) {
      load.is_paced = true;
      const Outcome outcome = Simulation(load, page.page, seed).release();
      EXPECT_EQ(outcome.refused, 0) << seed;
      EXPECT_LE(outcome.most_inside, load.workers + static_cast<int>(kQueue)) << seed;
      load.is_paced = false;
      took += outcome.last;
      best += std::max(Simulation(load, page.page, seed).release().last,
                       outcome.work / (load.workers * (1 - load.fresh) - load.others));
    }
    return took / best;
  }
};

TEST_P(ToAHost, NobodyIsRefusedAndTheLastDoesNotWaitForLong) {
  const auto& [which, kind] = GetParam();
  std::string line;
  for (const int workers : {5, 25, 150})
    for (const std::size_t children : {1U, 16U})
      for (const int held : {50, 200, 1000}) {
        SCOPED_TRACE(std::to_string(workers) + " workers, " + std::to_string(children) +
                     " children, held " + std::to_string(held));
        const double ratio = let_go({.workers = workers, .held = held, .children = children});
        // 200 before 150: the time of three answers or four, where two are the least.
        const double most = workers == 150 && held == 200 ? 2.2 : 1.52;
        EXPECT_TRUE(kind.cold != 1 || ratio < most) << ratio;
        line += (held == 50 ? "  " : "/") + std::to_string(ratio).substr(0, 4);
      }
  std::printf("%s, %s: %s\n", pages()[which].name, kind.name, line.c_str());
}

INSTANTIATE_TEST_SUITE_P(Release, ToAHost,
                         testing::Combine(testing::Range<std::size_t>(0, pages().size()),
                                          testing::Values(Kind{"idle"}, Kind{"busy", true},
                                                          Kind{"fresh", false, 0.5},
                                                          Kind{"cold", false, 0, 3},
                                                          Kind{"cold and busy", true, 0, 2.5})));

}  // namespace
}  // namespace cutover
