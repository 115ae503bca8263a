// SPDX-License-Identifier: Apache-2.0
// The waker between many threads, as httpd's would use it: an epoll set for the MPM, some workers,
// and a word that changes all the time. Whoever is parked is let go, once, in the order of arrival.
#include "mod_cutover/httpd/hold/waker.h"

#include <gtest/gtest.h>
#include <poll.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/socket.h>

#include <chrono>
#include <memory>
#include <thread>
#include <vector>

#include "mod_cutover/state/shared_memory.h"
#include "shared/protocol/word.h"
#include "tests/unit/memory/counter_memory.h"

namespace cutover {
namespace {

using std::chrono::microseconds;
using std::chrono::milliseconds;

constexpr std::int64_t kSecond = 1'000'000'000;

struct Visitor {
  Waiter waiter;
  Fd far;  // its own end of the connection
  Fd near;
  int served = 0;
  int gone = 0;
};

class WakerTest : public testing::Test {
 protected:
  explicit WakerTest(int spare = 6) : mpm_(::epoll_create1(0)) {
    store(Word{Mode::kHold, AtDeadline::kRefuse, ++epoch_});
    const auto are_idle = [this](int number) { return idle_.load() >= number; };
    waker_ = std::make_unique<Waker>(*control_, counters_.area, slot_, Threads{8, spare, are_idle});
  }
  ~WakerTest() override { end(); }

  void store(Word word) {
    control_->sites[0].word.store(encode(word));
    wake_all(control_->sites[0].word);
  }
  void serve() { store(serving(Side::kNew, ++epoch_)); }
  void hold() { store(sealed(++epoch_)); }

  void arrive(std::size_t number, std::int64_t hold_ns = 60 * kSecond) {
    for (std::size_t i = 0; i < number; ++i) {
      auto one = std::make_unique<Visitor>();
      int pair[2];
      ASSERT_EQ(::socketpair(AF_UNIX, SOCK_STREAM, 0, pair), 0);
      one->far = Fd(pair[0]);
      one->near = Fd(pair[1]);
      one->waiter.wake = Fd(::eventfd(0, EFD_NONBLOCK));
      one->waiter.client = one->near.get();
      one->waiter.limit_ns = monotonic_ns() + hold_ns;
      one->waiter.may_close_its_half = may_close_their_half_;
      epoll_event nothing{EPOLLONESHOT, {.ptr = one.get()}};
      ASSERT_EQ(::epoll_ctl(mpm_.get(), EPOLL_CTL_ADD, one->waiter.wake.get(), &nothing), 0);
      visitors_.push_back(std::move(one));
      park(*visitors_.back());
    }
  }
  void work(int threads) {
    for (int i = 0; i < threads; ++i) workers_.emplace_back([this] { run(); });
  }
  bool eventually_done(std::size_t number) {
    const auto limit = std::chrono::steady_clock::now() + std::chrono::seconds(30);
    while (done_.load() < number && std::chrono::steady_clock::now() < limit)
      std::this_thread::sleep_for(milliseconds(1));
    return done_.load() == number;
  }
  // The workers are joined: what they wrote can be read.
  void end() {
    ending_ = true;
    for (std::thread& worker : workers_) worker.join();
    workers_.clear();
    waker_->stop();
  }
  // Where nobody works: how many have been told to go on.
  int let_go() const {
    int number = 0;
    for (const auto& one : visitors_) {
      pollfd readable{one->waiter.wake.get(), POLLIN, 0};
      number += ::poll(&readable, 1, 0);
    }
    return number;
  }
  bool eventually_let_go(int number) const {
    for (int i = 0; i < 2000 && let_go() != number; ++i)
      std::this_thread::sleep_for(milliseconds(1));
    return let_go() == number;
  }
  const SiteCounters& figures() const { return slot_.sites[0]; }

  bool may_close_their_half_ = false;
  std::vector<std::unique_ptr<Visitor>> visitors_;
  std::vector<const Visitor*> order_;  // of one worker
  std::atomic<int> idle_{1000};        // what the scoreboard would say

 private:
  // As httpd: into the line first, then the MPM polls.
  void park(Visitor& one) {
    ASSERT_TRUE(waker_->add(one.waiter));
    epoll_event readable{EPOLLIN | EPOLLONESHOT, {.ptr = &one}};
    ASSERT_EQ(::epoll_ctl(mpm_.get(), EPOLL_CTL_MOD, one.waiter.wake.get(), &readable), 0);
  }
  void run() {
    while (!ending_) {
      epoll_event event{};
      if (::epoll_wait(mpm_.get(), &event, 1, 5) == 1)
        go_on(*static_cast<Visitor*>(event.data.ptr));
    }
  }
  void go_on(Visitor& one) {
    std::uint64_t written = 0;
    EXPECT_EQ(::read(one.waiter.wake.get(), &written, sizeof written), 8);
    EXPECT_EQ(written, 1U) << "let go once";
    waker_->remove(one.waiter);
    if (one.waiter.client_gone) {
      ++one.gone;
      ++done_;
    } else if (decode(control_->sites[0].word.load()).mode == Mode::kHold) {
      park(one);
    } else {
      ++one.served;
      if (workers_.size() == 1) order_.push_back(&one);
      std::this_thread::sleep_for(microseconds(50));
      waker_->end_turn(one.waiter, TurnEnd::kAnswered, 50'000);
      ++done_;
    }
  }

  std::unique_ptr<ControlArea> control_ = std::make_unique<ControlArea>();
  CounterMemory counters_{2};
  ChildSlot& slot_ = counters_.area.slots[0];
  std::uint64_t epoch_ = 0;
  Fd mpm_;
  std::unique_ptr<Waker> waker_;
  std::atomic<bool> ending_{false};
  std::atomic<std::size_t> done_{0};
  std::vector<std::thread> workers_;
};

TEST_F(WakerTest, ReleasesThatAreBrokenOffForgetNobodyAndLetNobodyGoTwice) {
  arrive(400);
  work(6);
  for (int i = 0; i < 60; ++i) {
    serve();
    std::this_thread::sleep_for(microseconds(100 * (i % 9)));
    hold();
    std::this_thread::sleep_for(microseconds(100 * (i % 5)));
  }
  serve();
  EXPECT_TRUE(eventually_done(400));
  end();
  for (const auto& one : visitors_) EXPECT_EQ(one->served, 1);
  EXPECT_EQ(figures().releasing.load(), 0);
  EXPECT_EQ(figures().under_way.load(), 0);
}

TEST_F(WakerTest, WhoLeavesGoesWithoutATurn) {
  arrive(300);
  work(6);
  for (std::size_t i = 0; i < 300; i += 3) visitors_[i]->far.reset();
  std::this_thread::sleep_for(milliseconds(20));
  serve();
  EXPECT_TRUE(eventually_done(300));
  end();
  int served = 0;
  for (const auto& one : visitors_) {
    EXPECT_EQ(one->served + one->gone, 1);
    served += one->served;
  }
  EXPECT_GE(served, 200);
  EXPECT_EQ(figures().releasing.load(), 0);
}

class OneAtATime : public WakerTest {
 protected:
  OneAtATime() : WakerTest(1) {}
};

TEST_F(WakerTest, WhoMayCloseItsHalfStaysUntilItBreaksOff) {
  may_close_their_half_ = true;
  arrive(20);
  for (const auto& one : visitors_) ::shutdown(one->far.get(), SHUT_WR);
  std::this_thread::sleep_for(milliseconds(300));
  EXPECT_EQ(let_go(), 0);
  for (std::size_t i = 0; i < 5; ++i) visitors_[i]->far.reset();
  EXPECT_TRUE(eventually_let_go(5));
  serve();
  EXPECT_TRUE(eventually_let_go(5 + 6)) << "the others in their turn";
}

TEST_F(WakerTest, WhoMayNotHasLeftByIt) {
  arrive(20);
  for (const auto& one : visitors_) ::shutdown(one->far.get(), SHUT_WR);
  EXPECT_TRUE(eventually_let_go(20));
}

TEST_F(OneAtATime, FirstComeFirstReleased) {
  arrive(100);
  work(1);
  serve();
  EXPECT_TRUE(eventually_done(100));
  end();
  ASSERT_EQ(order_.size(), 100U);
  for (std::size_t i = 0; i < 100; ++i) EXPECT_EQ(order_[i], visitors_[i].get()) << i;
}

// Nobody works: no turn comes to an end.
TEST_F(WakerTest, WhoseTimeIsUpIsLetGoWhateverTheWindow) {
  arrive(50, kSecond / 2);
  serve();
  ASSERT_TRUE(eventually_let_go(6));
  EXPECT_TRUE(eventually_let_go(50));
}

TEST_F(WakerTest, TwoThreadsAreLeftIdle) {
  idle_ = 5;
  arrive(50);
  serve();
  ASSERT_TRUE(eventually_let_go(3));
  std::this_thread::sleep_for(milliseconds(250));
  EXPECT_EQ(let_go(), 3);
  idle_ = 1000;
  EXPECT_TRUE(eventually_let_go(6)) << "it looks again by itself";
}

// Else whoever is busy for long would stop a release.
TEST_F(WakerTest, TheNarrowestWindowTakesFromThoseButNotAll) {
  idle_ = 1;
  arrive(50);
  serve();
  std::this_thread::sleep_for(milliseconds(250));
  EXPECT_EQ(let_go(), 0);
  idle_ = 2;
  EXPECT_TRUE(eventually_let_go(1));
}

}  // namespace
}  // namespace cutover
