// SPDX-License-Identifier: Apache-2.0
// What may stand in the state directory in place of a file of ours.
#include "mod_cutover/state/own_file.h"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <sys/stat.h>

#include <cerrno>

#include "mod_cutover/cutoverd/control/privileges.h"
#include "mod_cutover/cutoverd/trail/audit.h"
#include "mod_cutover/state/journal_file.h"
#include "tests/unit/temp_folder.h"

namespace cutover {
namespace {

class OwnFile : public testing::Test {
 protected:
  // Refused by all who open one, with its name in the reason.
  void expect_refused(const std::string& why) {
    std::string error;
    EXPECT_FALSE(open_own_file(path_, O_RDWR, 0, error)) << why;
    EXPECT_NE(error.find(path_), std::string::npos) << error;
    EXPECT_FALSE(JournalFile(path_).ok()) << why;
    EXPECT_EQ(read_journal(path_).kind, JournalReading::Kind::kCorrupt) << why;
    EXPECT_EQ(first_word(read_journal(path_), false), sealed(1)) << why;
    EXPECT_FALSE(Audit(path_).ok()) << why;
    error.clear();
    EXPECT_FALSE(take_lock(
        path_, [] { return true; }, error))
        << why;
    EXPECT_NE(error, "") << why;
    std::filesystem::remove_all(path_);
  }

  TempFolder folder_;
  const std::string path_ = folder_ / "file";
};

TEST_F(OwnFile, IsOpenedOrMade) {
  std::string error;
  EXPECT_FALSE(open_own_file(path_, O_RDWR, 0, error));
  EXPECT_EQ(errno, ENOENT);
  EXPECT_TRUE(open_own_file(path_, O_RDWR | O_CREAT, 0600, error)) << error;
  EXPECT_TRUE(open_own_file(path_, O_RDONLY, 0, error)) << error;
}

TEST_F(OwnFile, IsNoLinkNoPipeAndNoFolder) {
  write_whole(folder_ / "elsewhere", "");
  std::filesystem::create_symlink(folder_ / "elsewhere", path_);
  expect_refused("a symbolic link");
  ASSERT_EQ(::mkfifo(path_.c_str(), 0600), 0);
  expect_refused("a pipe, which must not stop the start either");
  std::filesystem::create_directory(path_);
  expect_refused("a folder");
}

TEST_F(OwnFile, IsNobodyElsesToWrite) {
  for (const mode_t mode : {0660, 0602, 0666}) {
    write_whole(path_, "");
    ::chmod(path_.c_str(), mode);
    expect_refused("mode " + std::to_string(mode));
  }
  if (::geteuid() != 0) return;
  write_whole(path_, "");
  ASSERT_EQ(::chmod(path_.c_str(), 0600), 0);
  ASSERT_EQ(::chown(path_.c_str(), 12345, 12345), 0);
  expect_refused("another user's");
}

}  // namespace
}  // namespace cutover
