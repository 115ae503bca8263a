// SPDX-License-Identifier: Apache-2.0
// A child's cutter, and whoever is at the other end of a connection.
#include "mod_cutover/httpd/endless/cutter.h"

#include <gtest/gtest.h>
#include <poll.h>
#include <sys/socket.h>

#include <array>
#include <atomic>
#include <chrono>
#include <memory>
#include <thread>
#include <vector>

#include "mod_cutover/state/shared_memory.h"

namespace cutover {
namespace {

using namespace std::chrono_literals;

constexpr std::size_t kShop = 0;
constexpr std::size_t kBlog = 1;

class Pair {
 public:
  Pair() {
    std::array<int, 2> ends{-1, -1};
    EXPECT_EQ(::socketpair(AF_UNIX, SOCK_STREAM, 0, ends.data()), 0);
    here_ = Fd(ends[0]);
    there_ = Fd(ends[1]);
  }
  int here() const { return here_.get(); }
  bool is_cut(std::chrono::milliseconds within) const {
    pollfd end{there_.get(), POLLIN, 0};
    return ::poll(&end, 1, static_cast<int>(within.count())) == 1;
  }

 private:
  Fd here_, there_;
};

class CutterTest : public testing::Test {
 protected:
  CutterTest() {
    for (const std::size_t site : {kShop, kBlog}) word(serving(Side::kOld, ++epoch_), site);
  }
  ~CutterTest() override { cutter_.stop(); }

  void word(const Word& w, std::size_t site = kShop) {
    control_->sites[site].word.store(encode(w));
    wake_all(control_->sites[site].word);
  }
  void close_old(std::size_t site = kShop) {
    word(sealed(++epoch_), site);
    order_close(control_->sites[site], Side::kOld);
  }

  std::unique_ptr<ControlArea> control_ = std::make_unique<ControlArea>();
  Cutter cutter_{*control_};
  Pair client_, origin_;
  std::uint64_t epoch_ = 0;
};

TEST_F(CutterTest, ClosesWhatItsSiteIsToCloseAndNothingElse) {
  const Pair neighbour;
  cutter_.enters({kShop, Side::kOld}, this, client_.here());
  cutter_.enters({kBlog, Side::kOld}, &neighbour, neighbour.here());
  word(holding_for(Side::kOld, ++epoch_));
  word(sealed(++epoch_));
  EXPECT_FALSE(client_.is_cut(150ms)) << "nothing was ordered";
  close_old();
  EXPECT_TRUE(client_.is_cut(10s));
  EXPECT_FALSE(neighbour.is_cut(50ms)) << "another site's";
  close_old(kBlog);
  EXPECT_TRUE(neighbour.is_cut(10s));
}

TEST_F(CutterTest, ClosesTheWayToTheOriginOfWhoDoesNotEndByThat) {
  EndlessRequest* request = cutter_.enters({kShop, Side::kOld}, this, client_.here());
  cutter_.has_origin(*request, origin_.here());
  close_old();
  EXPECT_TRUE(client_.is_cut(10s));
  EXPECT_TRUE(origin_.is_cut(10s));
}

TEST_F(CutterTest, AStreamAmongOthersHasItsOriginAlone) {
  EndlessRequest* request = cutter_.enters({kShop, Side::kOld}, this, -1);
  cutter_.has_origin(*request, origin_.here());
  close_old();
  EXPECT_TRUE(origin_.is_cut(10s));
}

TEST_F(CutterTest, LeavesAloneWhatIsNotThatRequestsAnyMore) {
  const Pair ended;
  EndlessRequest* request = cutter_.enters({kShop, Side::kOld}, &ended, ended.here());
  cutter_.has_origin(*request, origin_.here());
  cutter_.leaves(*request);
  cutter_.enters({kShop, Side::kOld}, this, client_.here());
  cutter_.connection_ends(this);
  close_old();
  EXPECT_FALSE(client_.is_cut(150ms)) << "the number may be another's by now";
  EXPECT_FALSE(ended.is_cut(0ms));
  EXPECT_FALSE(origin_.is_cut(0ms));
}

TEST_F(CutterTest, NobodyEntersAChildThatEnds) {
  cutter_.stop();
  EXPECT_EQ(cutter_.enters({kShop, Side::kOld}, this, client_.here()), nullptr);
}

TEST_F(CutterTest, ThreadsComeAndGoWhileOthersAreClosed) {
  std::atomic<bool> stop{false};
  std::atomic<int> cut{0};
  std::vector<std::thread> workers;
  for (int w = 0; w < 3; ++w)
    workers.emplace_back([&] {
      while (!stop) {
        const Pair mine, origin;
        EndlessRequest* request = cutter_.enters({kShop, Side::kOld}, &mine, mine.here());
        cutter_.has_origin(*request, origin.here());
        cut += mine.is_cut(1ms) ? 1 : 0;
        cutter_.connection_ends(&mine);
        cutter_.leaves(*request);
      }
    });
  for (int run = 0; run < 1000 && (run < 50 || cut < 10); ++run) {
    close_old();
    std::this_thread::sleep_for(5ms);
    word(serving(Side::kOld, ++epoch_));
    std::this_thread::sleep_for(1ms);
  }
  stop = true;
  for (std::thread& worker : workers) worker.join();
  EXPECT_GE(cut, 10);
}

}  // namespace
}  // namespace cutover
