// SPDX-License-Identifier: Apache-2.0
// What the benchmark makes of requests at the gate; times in microseconds, the word is stored from
// 1000 to 1002.
#include <gtest/gtest.h>

#include <sstream>
#include <stdexcept>

#include "tests/bench/flip/passages.h"

namespace cutover::bench {
namespace {

constexpr std::int64_t kUs = 1000;
const Store kStore{500 * kUs, 1000 * kUs, 1002 * kUs, 9000 * kUs, Side::kNew};

Passage passage(const char* worker, std::int64_t before, std::int64_t after, Side side) {
  return {worker, before * kUs, after * kUs, side};
}

TEST(Passages, WhoWasAtTheGateMayStillGoByTheOldWord) {
  const Seen s =
      seen({passage("a", 995, 1007, Side::kOld), passage("b", 999, 1003, Side::kOld)}, kStore);
  EXPECT_EQ(s.last_by_the_old_word_us, 7);
  EXPECT_EQ(s.wrong, 0U);
}

TEST(Passages, WhoCameAfterTheStoreAndGoesByTheOldWordIsWrong) {
  EXPECT_EQ(seen({passage("a", 1003, 1007, Side::kOld)}, kStore).wrong, 1U);
  EXPECT_EQ(seen({passage("a", 1003, 1007, Side::kNew)}, kStore).wrong, 0U);
  EXPECT_EQ(seen({passage("a", 9003, 9007, Side::kOld)}, kStore).wrong, 0U) << "the next store's";
}

TEST(Passages, TheLastWorkerIsOneThatWasBusyBefore) {
  const Seen s =
      seen({passage("a", 900, 901, Side::kOld), passage("b", 900, 901, Side::kOld),
            passage("gone", 900, 901, Side::kOld), passage("long ago", 400, 401, Side::kNew),
            passage("long ago", 8500, 8501, Side::kNew), passage("a", 1100, 1101, Side::kNew),
            passage("a", 8000, 8001, Side::kNew), passage("b", 3000, 3001, Side::kNew),
            passage("fresh", 7000, 7001, Side::kNew)},
           kStore);
  EXPECT_EQ(s.workers, 2U);
  EXPECT_NEAR(s.last_worker_ms, 2.001, 1e-9);
  EXPECT_EQ(s.last_by_the_old_word_us, 0) << "nobody was at the gate";
}

TEST(Passages, AreReadFromTheLog) {
  std::istringstream log("12 345 1000 2000 old\n12 346 1500 - -\n13 345 3000 4000 new\n");
  const std::vector<Passage> passages = read_passages(log);
  ASSERT_EQ(passages.size(), 2U);
  EXPECT_EQ(passages[1].worker, "13/345");
  EXPECT_EQ(passages[1].after_ns, 4000);
  EXPECT_EQ(passages[1].side, Side::kNew);
  for (const char* bad : {"12 345 1000 2000 both\n", "12 345 1000\n", "1 2 3 4 old 5\n"}) {
    std::istringstream text(bad);
    EXPECT_THROW(read_passages(text), std::runtime_error) << bad;
  }
}

}  // namespace
}  // namespace cutover::bench
