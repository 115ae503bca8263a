// SPDX-License-Identifier: Apache-2.0
// How hosts are laid out: several httpds on one, folders that are read-only, jails. What does not
// go together is refused in one line that says what would be right.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sched.h>
#include <sys/mount.h>

#include <filesystem>

#include "tests/httpd/conf.h"

namespace cutover::test {
namespace {

namespace fs = std::filesystem;
using harness::Finished;
using testing::AllOf;
using testing::HasSubstr;
using testing::Not;

TEST(Layouts, TwoHttpdsWithOneStateDirectoryAreRefused) {
  Conf first;
  first.site().vhost();
  Httpd one(first.httpd());
  one.start();
  Conf second;
  second.add("CutoverStateDir " + first.state_dir()).site().vhost();
  Httpd another(second.httpd());
  const Finished ended = another.start_expecting_failure();
  EXPECT_NE(ended.exit_code, 0);
  EXPECT_THAT(ended.output, AllOf(HasSubstr("CutoverStateDir " + first.state_dir()),
                                  HasSubstr("belongs to another httpd that runs (pid "),
                                  HasSubstr(", PidFile " + one.directory().string()),
                                  HasSubstr("give each httpd one of its own")));
  one.graceful();
  EXPECT_NE(another.start_expecting_failure().exit_code, 0) << "a graceful gives nothing up";
  one.stop();
  another.start();
}

// As systemd's ProtectSystem=strict makes it.
class ReadOnly {
 public:
  explicit ReadOnly(std::string folder) : folder_(std::move(folder)) {
    done_ =
        ::unshare(CLONE_NEWNS) == 0 &&
        ::mount("none", "/", nullptr, MS_REC | MS_PRIVATE, nullptr) == 0 &&
        ::mount(folder_.c_str(), folder_.c_str(), nullptr, MS_BIND, nullptr) == 0 &&
        ::mount("none", folder_.c_str(), nullptr, MS_BIND | MS_REMOUNT | MS_RDONLY, nullptr) == 0;
  }
  ~ReadOnly() { ::umount(folder_.c_str()); }
  ReadOnly(const ReadOnly&) = delete;
  ReadOnly& operator=(const ReadOnly&) = delete;

  bool done() const { return done_; }

 private:
  std::string folder_;
  bool done_ = false;
};

TEST(Layouts, AReadOnlyStateDirectoryIsRefusedWithWhatSystemdWants) {
  const harness::TempDir dir;
  const std::string folder = dir / "var";
  fs::create_directory(folder);
  const ReadOnly read_only(folder);
  if (!read_only.done()) GTEST_SKIP() << "nobody may mount here";
  Conf missing;
  missing.add("CutoverStateDir " + folder + "/cutover").site().vhost();
  expect_refused(missing, {folder + "/cutover: is missing and cannot be made", "Read-only file",
                           "ReadWritePaths="});
  Conf there;
  there.add("CutoverStateDir " + folder).site().vhost();
  expect_refused(there, {folder + ": cannot be written: Read-only file", "ReadWritePaths="});
}

TEST(Layouts, AJailWithoutTheStateDirectoryIsWarnedOf) {
  const harness::TempDir dir;
  const std::string jail = dir / "jail";
  fs::create_directories(jail + "/state");
  Conf conf;
  conf.add("ChrootDir " + jail).site().vhost();
  conf.add("CutoverStateDir " + jail + "/state");
  EXPECT_THAT(conf.test().output,
              AllOf(HasSubstr("ChrootDir " + jail),
                    HasSubstr("mount --bind " + jail + "/state " + jail + jail + "/state")));
  // By the same path within.
  fs::create_directories(jail + fs::path(jail).parent_path().string());
  fs::create_directory_symlink(jail, jail + jail);
  EXPECT_THAT(conf.test().output, Not(HasSubstr("mount --bind")));
}

}  // namespace
}  // namespace cutover::test
