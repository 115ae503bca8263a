// SPDX-License-Identifier: Apache-2.0
// The journal on disk: what a power cut, a bad disk or a stranger's link leave of it.
#include "mod_cutover/state/journal_file.h"

#include <gtest/gtest.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>

#include <csignal>

#include "tests/unit/temp_folder.h"

namespace cutover {
namespace {

constexpr std::size_t kSlot = 64 * 1024;
using Kind = JournalReading::Kind;

class JournalFileTest : public testing::Test {
 protected:
  void write(JournalPhase phase, Side side = Side::kOld) {
    JournalFile journal(path_);
    ASSERT_TRUE(journal.ok()) << journal.error();
    JournalRecord record = journal.found().record;
    record.phase = phase;
    record.side = side;
    ASSERT_TRUE(journal.write(record));
  }
  void damage(std::size_t at, const std::string& with) {
    std::string text = read_whole(path_);
    write_whole(path_, text.replace(at, with.size(), with));
    ::chmod(path_.c_str(), 0600);
  }
  JournalReading read() const { return read_journal(path_); }

  TempFolder folder_;
  std::string path_ = folder_ / "shop.journal";
};

TEST_F(JournalFileTest, AFileThatIsNotThereIsMissingAndANewOneTooUntilItsFirstRecord) {
  EXPECT_EQ(read().kind, Kind::kMissing);
  const JournalFile journal(path_);
  EXPECT_TRUE(journal.ok());
  EXPECT_EQ(journal.found().kind, Kind::kMissing);
  EXPECT_EQ(read().kind, Kind::kMissing);
  struct stat info {};
  ASSERT_EQ(::stat(path_.c_str(), &info), 0);
  EXPECT_EQ(info.st_mode & 07777, 0600U);
  EXPECT_EQ(info.st_size, static_cast<off_t>(2 * kSlot)) << "room for both slots, taken at once";
}

TEST_F(JournalFileTest, TheNewestRecordCountsAndItsSequenceGrowsOverOpenings) {
  for (const JournalPhase phase :
       {JournalPhase::kRest, JournalPhase::kDrain, JournalPhase::kFence, JournalPhase::kCatch}) {
    write(phase);
    EXPECT_EQ(read().kind, Kind::kRecord);
    EXPECT_EQ(read().record.phase, phase);
  }
  EXPECT_EQ(read().record.sequence, 4U);
}

TEST_F(JournalFileTest, AShorterRecordAfterALongerOneIsReadWhole) {
  JournalFile journal(path_);
  JournalRecord record;
  record.position = std::string(5000, '7');
  for (int i = 0; i < 2; ++i) ASSERT_TRUE(journal.write(record));
  record.position = "0-1-7";
  ASSERT_TRUE(journal.write(record));
  EXPECT_EQ(read().record.position, "0-1-7");
}

TEST_F(JournalFileTest, ARecordTornInTheMiddleLeavesTheOneBeforeIt) {
  write(JournalPhase::kDrain);  // sequence 1, the second slot
  write(JournalPhase::kFence);  // sequence 2, the first slot
  damage(40, std::string(100, '\0'));
  EXPECT_EQ(read().record.phase, JournalPhase::kDrain);
  write(JournalPhase::kUndo);
  EXPECT_EQ(read().record.phase, JournalPhase::kUndo) << "the torn slot is the one written next";
  EXPECT_EQ(read().record.sequence, 2U);
}

TEST_F(JournalFileTest, WithBothSlotsAlteredItIsCorruptAndNotMissing) {
  write(JournalPhase::kDrain);
  write(JournalPhase::kFence);
  damage(40, "?");
  damage(kSlot + 40, "?");
  EXPECT_EQ(read().kind, Kind::kCorrupt);
  EXPECT_NE(read().error.find(path_), std::string::npos);
  EXPECT_EQ(JournalFile(path_).found().kind, Kind::kCorrupt);
}

TEST_F(JournalFileTest, ACutFileGivesItsWholeRecordOrIsCorrupt) {
  write(JournalPhase::kDrain);
  write(JournalPhase::kFence);
  std::filesystem::resize_file(path_, kSlot);
  EXPECT_EQ(read().record.phase, JournalPhase::kFence);
  std::filesystem::resize_file(path_, 50);
  EXPECT_EQ(read().kind, Kind::kCorrupt);
}

TEST_F(JournalFileTest, ASymbolicLinkIsNotFollowed) {
  write(JournalPhase::kRest, Side::kNew);
  const std::string link = folder_ / "link.journal";
  std::filesystem::create_symlink(path_, link);
  EXPECT_EQ(read_journal(link).kind, Kind::kCorrupt);
  EXPECT_FALSE(JournalFile(link).ok());
}

TEST_F(JournalFileTest, AFileThatOthersMayWriteIsRefused) {
  write(JournalPhase::kRest);
  ::chmod(path_.c_str(), 0660);
  const JournalFile journal(path_);
  EXPECT_FALSE(journal.ok());
  EXPECT_NE(journal.error().find("0600"), std::string::npos) << journal.error();
}

TEST_F(JournalFileTest, ARecordThatDoesNotFitIsRefusedAndTheOneBeforeItStays) {
  JournalFile journal(path_);
  ASSERT_TRUE(journal.write({}));
  JournalRecord record;
  record.position = std::string(kSlot, '1');
  EXPECT_FALSE(journal.write(record));
  EXPECT_FALSE(journal.error().empty());
  EXPECT_EQ(read().record.sequence, 1U);
}

// A child's own limit on the size of files stands for a disk that takes no more.
TEST_F(JournalFileTest, ARecordThatTheDiskDoesNotTakeIsAFailureWithItsReasonAndTheNextOneGoesOn) {
  write(JournalPhase::kRest);
  const pid_t child = ::fork();
  if (child == 0) {
    JournalFile journal(path_);
    JournalRecord record;
    record.phase = JournalPhase::kFence;
    ::signal(SIGXFSZ, SIG_IGN);
    rlimit limit{10, 2 * kSlot};
    ::setrlimit(RLIMIT_FSIZE, &limit);
    const bool failed = !journal.write(record) && journal.error().find(path_) == 0;
    limit.rlim_cur = limit.rlim_max;
    ::setrlimit(RLIMIT_FSIZE, &limit);
    record.phase = JournalPhase::kUndo;
    ::_exit(failed && journal.write(record) && journal.error().empty() ? 0 : 1);
  }
  int status = -1;
  ::waitpid(child, &status, 0);
  EXPECT_EQ(status, 0);
  EXPECT_EQ(read().record.phase, JournalPhase::kUndo);
}

TEST_F(JournalFileTest, OnlyARecordAtRestOrReleasedNamesTheFirstWord) {
  EXPECT_EQ(first_word(read(), false), sealed(1)) << "missing";
  write(JournalPhase::kRest, Side::kNew);
  EXPECT_EQ(first_word(read(), false), serving(Side::kNew, 1));
  EXPECT_EQ(first_word(read(), true), holding_for(Side::kNew, 1))
      << "the databases may know better";
  write(JournalPhase::kRelease, Side::kOld);
  EXPECT_EQ(first_word(read(), false), serving(Side::kOld, 1));
  for (const JournalPhase phase : {JournalPhase::kDrain, JournalPhase::kFence, JournalPhase::kCatch,
                                   JournalPhase::kPromote, JournalPhase::kUndo}) {
    write(phase);
    EXPECT_EQ(first_word(read(), true), sealed(1)) << name(phase);
  }
  write_whole(path_, "nonsense");
  EXPECT_EQ(first_word(read(), false), sealed(1)) << "corrupt";
}

}  // namespace
}  // namespace cutover
