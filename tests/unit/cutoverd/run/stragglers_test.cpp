// SPDX-License-Identifier: Apache-2.0
// `CutoverStragglers close`: whom a drain leaves behind, that nobody else is taken for one of them,
// and when their connections are closed.
#include <gtest/gtest.h>
#include <poll.h>
#include <sys/socket.h>

#include <chrono>
#include <memory>
#include <thread>
#include <vector>

#include "mod_cutover/cutoverd/run/run.h"
#include "mod_cutover/httpd/hold/closer.h"
#include "mod_cutover/state/shared_memory.h"
#include "shared/memory/gate.h"
#include "tests/unit/fakes/scene.h"

namespace cutover {
namespace {

using namespace std::chrono_literals;

constexpr std::size_t kShop = 0;

struct Stragglers : testing::Test {
  Stragglers() {
    scene.settings.drain_timeout = Millis{0};
    scene.settings.close_stragglers = true;
    scene.requests = {{"GET /cable", Millis{60000}}};
  }
  Scene scene;
};

TEST_F(Stragglers, ADrainThatDoesNotEndLeavesThemBehindAndTheSwitchGoesOn) {
  scene.in_flight = {3};
  scene.noted = 3;
  const auto last = scene.run(Direction::kSwitch);
  EXPECT_EQ(last->outcome, "done") << last->reason;
  EXPECT_EQ(last->left_behind, 3);
  EXPECT_EQ(waited_for(*last), "GET /cable (60000 ms); 3 left behind, and closed");
  EXPECT_EQ(scene.trace.text().find("journal drain old\nwithdrawn?\nword hold/old\nsum\n"
                                    "leave behind\nsum\njournal fence old\nword hold/503\nsum\n"
                                    "fence old\n"),
            0U)
      << scene.trace.text();
}

TEST_F(Stragglers, NobodyIsLeftBehindByADrainThatEnds) {
  scene.settings.drain_timeout = Millis{1000};
  scene.in_flight = {3, 1, 0};
  scene.noted = 3;
  const auto last = scene.run(Direction::kSwitch);
  EXPECT_EQ(last->outcome, "done") << last->reason;
  EXPECT_EQ(last->left_behind, 0);
  EXPECT_EQ(waited_for(*last), "GET /cable (60000 ms)");
}

TEST_F(Stragglers, WhoHasNoNoteIsWaitedForAndTurnsItBack) {
  scene.in_flight = {3};
  scene.noted = 2;
  const auto last = scene.run(Direction::kSwitch);
  EXPECT_EQ(last->outcome, "aborted");
  EXPECT_NE(last->reason.find("1 still in flight after 0 ms, besides those that were left behind"),
            std::string::npos)
      << last->reason;
  EXPECT_EQ(last->left_behind, 0) << "they go on where they are";
  EXPECT_EQ(scene.word().mode, Mode::kOld);
  EXPECT_EQ(scene.trace.text().find("\nfence old"), std::string::npos);
}

TEST_F(Stragglers, ARequestThatComesAfterThemTurnsItBack) {
  scene.in_flight = {3, 3, 4};
  scene.noted = 3;
  EXPECT_EQ(scene.run(Direction::kSwitch)->outcome, "aborted");
  EXPECT_EQ(scene.trace.text().find("\nfence old"), std::string::npos);
}

TEST(WaitedFor, WhoWasNotSeenIsCountedInAWholeSentence) {
  LastRun run;
  EXPECT_EQ(waited_for(run), "");
  run.left_behind = 1;
  EXPECT_EQ("it waited for " + waited_for(run),
            "it waited for 1 request that was left behind, and closed");
  run.rehearsal = true;
  EXPECT_EQ("it waited for " + waited_for(run),
            "it waited for 1 request that would be left behind, and closed");
  run.left_behind = 3;
  EXPECT_EQ(waited_for(run), "3 requests that would be left behind, and closed");
}

TEST_F(Stragglers, ARehearsalSaysWhoWouldBe) {
  scene.purpose = Purpose::kRehearse;
  scene.in_flight = {1};
  scene.noted = 1;
  const auto last = scene.run(Direction::kSwitch);
  EXPECT_EQ(last->outcome, "done") << last->reason;
  EXPECT_EQ(waited_for(*last), "GET /cable (60000 ms); 1 would be left behind, and closed");
  EXPECT_EQ(scene.word().mode, Mode::kOld);
}

// Two children, in memory.
struct Children {
  std::unique_ptr<ChildSlot[]> slots{new ChildSlot[3]()};
  CounterArea area{slots.get(), 3};
  ChildSlot& one = claim_slot(area, 11);
  ChildSlot& two = claim_slot(area, 12);

  static InFlightNote* enters(ChildSlot& child, std::size_t site = kShop) {
    child.sites[site].in_flight.fetch_add(1);
    return note_in_flight(child.notes, 0, {site, Side::kOld}, {"GET", "/"}, 1);
  }
  static void leaves(ChildSlot& child, InFlightNote* note, std::size_t site = kShop) {
    if (note != nullptr) forget(*note);
    child.sites[site].in_flight.fetch_sub(1);
  }
  std::int64_t sum() const { return sum_in_flight(area, kShop); }
};

TEST(LeftBehind, OnlyThoseWhoAreInFlightThen) {
  Children children;
  InFlightNote* early = Children::enters(children.one);
  Children::enters(children.two);
  Children::enters(children.two, kShop + 1);
  EXPECT_EQ(children.sum(), 2);
  EXPECT_EQ(leave_behind(children.area, kShop), 2);
  EXPECT_EQ(leave_behind(children.area, kShop), 0) << "once";
  EXPECT_EQ(children.sum(), 0);
  EXPECT_EQ(sum_in_flight(children.area, kShop + 1), 1) << "of another site";
  EXPECT_EQ(sum(children.area, kShop).in_flight, 2) << "for people they are there";
  InFlightNote* late = Children::enters(children.one);
  EXPECT_EQ(children.sum(), 1);
  Children::leaves(children.one, early);
  EXPECT_EQ(children.sum(), 1) << "one who goes makes no room for one who comes";
  Children::leaves(children.one, late);
  EXPECT_EQ(children.sum(), 0);
}

TEST(LeftBehind, TheNextWhoTakesTheNoteIsAwaitedAndSoAreAllOfALaterRun) {
  Children children;
  InFlightNote* note = Children::enters(children.one);
  Children::enters(children.two);
  leave_behind(children.area, kShop);
  Children::leaves(children.one, note);
  EXPECT_EQ(Children::enters(children.one), note);
  EXPECT_EQ(children.sum(), 1);
  await_again(children.area, {kShop, Side::kNew});
  EXPECT_EQ(children.sum(), 1) << "the other one is at old";
  await_again(children.area, {kShop, Side::kOld});
  EXPECT_EQ(children.sum(), 2);
}

TEST(LeftBehind, WhoFoundNoNoteIsWaitedFor) {
  Children children;
  for (std::size_t i = 0; i <= kNotes; ++i) Children::enters(children.one);
  EXPECT_EQ(leave_behind(children.area, kShop), static_cast<std::int64_t>(kNotes));
  EXPECT_EQ(children.sum(), 1);
}

TEST(LeftBehind, ADeadChildsMarksHideNobodyElse) {
  Children children;
  Children::enters(children.one);
  leave_behind(children.area, kShop);
  Children::enters(children.two);
  retire_slot(children.area, 11);
  EXPECT_EQ(left_behind(children.one.notes, kShop), 0);
  EXPECT_EQ(children.sum(), 1);
}

// Workers go in and out all the time while a coordinator holds, leaves behind and sums. When the
// sum is zero behind the seal, whoever is still inside came before the mark.
TEST(LeftBehindWithThreads, NobodyElseIsInsideWhenTheSumIsZero) {
  constexpr int kWorkers = 3;
  auto control = std::make_unique<ControlArea>();
  SiteControl& site = control->sites[kShop];
  site.word.store(encode(serving(Side::kOld, 1)));
  std::unique_ptr<ChildSlot[]> slots{new ChildSlot[kWorkers + 1]()};
  const CounterArea area{slots.get(), kWorkers + 1};
  std::atomic<std::uint64_t> round{0};  // odd: from the seal on, until the word changes
  std::atomic<bool> stop{false};
  std::atomic<int> broken{0};
  std::atomic<int> left{0};
  std::vector<std::thread> workers;
  for (int w = 0; w < kWorkers; ++w)
    workers.emplace_back([&, w] {
      ChildSlot& mine = claim_slot(area, w + 1);
      Gate gate(site, mine.sites[kShop]);
      for (unsigned i = 0; !stop; ++i) {
        if (gate.enter().verdict == Verdict::kHold) continue;
        InFlightNote* note = note_in_flight(mine.notes, i, {kShop, Side::kOld}, {"GET", "/"}, 1);
        for (unsigned look = 0; look < (i % 64 == 0 ? 400U : 2U); ++look) {
          const bool marked = (note->who.load() & 1) != 0;
          const std::uint64_t now = round.load();
          const bool unmarked = now % 2 == 1 && !marked && (note->who.load() & 1) == 0;
          if (unmarked && round.load() == now) ++broken;  // not by a mark that is gone since
        }
        forget(*note);
        gate.leave();
      }
    });
  const auto began = std::chrono::steady_clock::now();
  std::uint64_t epoch = 1;
  int runs = 0;
  // On a busy machine a run takes longer.
  const auto goes_on = [&] {
    const auto past = std::chrono::steady_clock::now() - began;
    return past < 800ms || (past < 20s && (runs <= 10 || left == 0));
  };
  while (goes_on()) {
    await_again(area, {kShop, Side::kOld});
    site.word.store(encode(holding_for(Side::kOld, ++epoch)));
    left += leave_behind(area, kShop) > 0 ? 1 : 0;
    site.word.store(encode(sealed(++epoch)));
    while (sum_in_flight(area, kShop) != 0) std::this_thread::yield();
    ++round;
    std::this_thread::sleep_for(50us);
    ++round;
    site.word.store(encode(serving(Side::kOld, ++epoch)));
    std::this_thread::sleep_for(20us);
    ++runs;
  }
  stop = true;
  for (std::thread& worker : workers) worker.join();
  EXPECT_EQ(broken, 0);
  EXPECT_GT(runs, 10);
  EXPECT_GT(left, 0);
  EXPECT_EQ(sum_in_flight(area, kShop), 0);
}

// A child's closer, and a visitor at the other end of a connection.
class CloserTest : public testing::Test {
 protected:
  CloserTest() {
    EXPECT_EQ(::socketpair(AF_UNIX, SOCK_STREAM, 0, ends_), 0);
    serve(Side::kOld);
  }
  ~CloserTest() override {
    closer_.stop();
    for (const int end : ends_) ::close(end);
  }

  void serve(Side side) { control_->sites[kShop].word.store(encode(serving(side, ++epoch_))); }
  InFlightNote& arrives() {
    InFlightNote* note = note_in_flight(slot_->notes, 5, {kShop, Side::kOld}, {"GET", "/"}, 1);
    closer_.enters(*note, this, ends_[0]);
    return *note;
  }
  bool is_cut_off(std::chrono::milliseconds within) const {
    pollfd end{ends_[1], POLLIN, 0};
    return ::poll(&end, 1, static_cast<int>(within.count())) == 1;
  }

  std::unique_ptr<ControlArea> control_ = std::make_unique<ControlArea>();
  std::unique_ptr<ChildSlot> slot_{new ChildSlot()};
  Closer closer_{*control_, slot_->notes, {kShop}};
  int ends_[2] = {-1, -1};
  std::uint32_t epoch_ = 0;
};

TEST_F(CloserTest, ClosesWhoWasLeftBehindWhenTheOtherSideServesAndNotBefore) {
  arrives();
  serve(Side::kNew);
  EXPECT_FALSE(is_cut_off(250ms)) << "not left behind";
  serve(Side::kOld);
  leave_behind(slot_->notes, kShop);
  EXPECT_FALSE(is_cut_off(250ms)) << "turned back";
  control_->sites[kShop].word.store(encode(sealed(++epoch_)));
  EXPECT_FALSE(is_cut_off(250ms)) << "not decided";
  serve(Side::kNew);
  EXPECT_TRUE(is_cut_off(10s));
}

TEST_F(CloserTest, LeavesAloneWhatIsNotThatRequestsAnyMore) {
  InFlightNote& note = arrives();
  leave_behind(slot_->notes, kShop);
  closer_.connection_ends(this);
  serve(Side::kNew);
  EXPECT_FALSE(is_cut_off(250ms)) << "the number may be another's by now";
  closer_.leaves(note);
  forget(note);
  closer_.enters(arrives(), this, ends_[0]);
  EXPECT_FALSE(is_cut_off(250ms)) << "another request, with the same note";
}

}  // namespace
}  // namespace cutover
