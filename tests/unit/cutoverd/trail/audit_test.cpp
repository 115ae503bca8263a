// SPDX-License-Identifier: Apache-2.0
// The audit trail: whole lines, the newest ones, and nothing that a bad line could spoil.
#include "mod_cutover/cutoverd/trail/audit.h"

#include <gtest/gtest.h>
#include <sys/stat.h>

#include <thread>

#include "tests/unit/temp_folder.h"

namespace cutover {
namespace {

class AuditTest : public testing::Test {
 protected:
  TempFolder folder_;
  const std::string path_ = folder_ / "events.jsonl";
};

TEST_F(AuditTest, TheNewestEventsOfASiteComeOldestFirst) {
  Audit audit(path_);
  for (int i = 0; i < 5; ++i) audit.add({{"site", i % 2 == 0 ? "shop" : "blog"}, {"n", i}});
  const auto events = audit.newest(2, "shop");
  ASSERT_EQ(events.size(), 2U);
  EXPECT_EQ(events[0].at("n"), 2);
  EXPECT_EQ(events[1].at("n"), 4);
  EXPECT_EQ(audit.newest(100, "").size(), 5U);
  EXPECT_EQ(events[0].at("at").get<std::string>().back(), 'Z');
}

TEST_F(AuditTest, ALineThatIsCutOrNotAnEventIsPassedOverAndSpoilsNoLaterOne) {
  write_whole(path_, "{\"site\":5}\n[1]\nnonsense\n{\"site\":\"shop\",\"cut");
  Audit audit(path_);
  audit.add({{"site", "shop"}, {"n", 1}});
  const auto events = audit.newest(10, "shop");
  ASSERT_EQ(events.size(), 1U);
  EXPECT_EQ(events[0].at("n"), 1);
}

TEST_F(AuditTest, TextThatIsNotUtf8IsWrittenAllTheSame) {
  Audit audit(path_);
  audit.add({{"site", "shop"}, {"output", "\xff\xfe"}});
  EXPECT_EQ(audit.newest(10, "shop").size(), 1U);
}

TEST_F(AuditTest, OnlyTheTailOfALongTrailIsReadAndItsFirstCutLineIsLeftOut) {
  Audit audit(path_);
  for (int i = 0; i < 1200; ++i) audit.add({{"n", i}, {"text", std::string(1000, 'x')}});
  const auto events = audit.newest(5000, "");
  EXPECT_GT(events.size(), 450U);
  EXPECT_LT(events.size(), 550U);
  EXPECT_EQ(events.back().at("n"), 1199);
}

TEST_F(AuditTest, LinesOfManyThreadsStayWhole) {
  Audit audit(path_);
  std::vector<std::thread> threads;
  for (int t = 0; t < 4; ++t)
    threads.emplace_back([&] {
      for (int i = 0; i < 100; ++i) audit.add({{"site", "shop"}});
    });
  for (std::thread& thread : threads) thread.join();
  EXPECT_EQ(audit.newest(1000, "shop").size(), 400U);
}

TEST_F(AuditTest, ASymbolicLinkIsNotFollowed) {
  std::filesystem::create_symlink(folder_ / "elsewhere", path_);
  const Audit audit(path_);
  EXPECT_FALSE(audit.ok());
  EXPECT_NE(audit.error().find(path_), std::string::npos);
  EXPECT_FALSE(std::filesystem::exists(folder_ / "elsewhere"));
}

}  // namespace
}  // namespace cutover
