// SPDX-License-Identifier: Apache-2.0
// One coordinator at a time, and what it gives up before it listens to anybody.
#include "mod_cutover/cutoverd/control/privileges.h"

#include <fcntl.h>
#include <grp.h>
#include <gtest/gtest.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <csignal>

#include "tests/unit/temp_folder.h"

namespace cutover {
namespace {

const auto kAtOnce = [] { return true; };

TEST(Lock, OneAtATimeAndTheNextOneWhenTheFirstHasGone) {
  TempFolder folder;
  std::string error;
  Fd first = take_lock(folder / "lock", kAtOnce, error);
  ASSERT_TRUE(first) << error;
  EXPECT_FALSE(take_lock(folder / "lock", kAtOnce, error));
  EXPECT_EQ(error, "");
  int looks = 0;
  const Fd second = take_lock(
      folder / "lock",
      [&] {
        if (++looks == 3) first.reset();
        return false;
      },
      error);
  EXPECT_TRUE(second);
  EXPECT_EQ(looks, 3);
}

TEST(Lock, IsNotInheritedByAHooksProgram) {
  TempFolder folder;
  std::string error;
  const Fd lock = take_lock(folder / "lock", kAtOnce, error);
  EXPECT_NE(::fcntl(lock.get(), F_GETFD) & FD_CLOEXEC, 0);
}

TEST(Lock, AFolderThatIsNotThereOrALinkIsAnErrorInWords) {
  TempFolder folder;
  std::string error;
  EXPECT_FALSE(take_lock(folder / "no/lock", kAtOnce, error));
  EXPECT_NE(error.find(folder / "no/lock"), std::string::npos) << error;
  error.clear();
  std::filesystem::create_symlink(folder / "elsewhere", folder / "lock");
  EXPECT_FALSE(take_lock(folder / "lock", kAtOnce, error));
  EXPECT_NE(error, "");
}

// In a child of its own: there is no way back.
int in_a_child(int (*look)()) {
  const pid_t child = ::fork();
  if (child == 0) ::_exit(look());
  int status = -1;
  ::waitpid(child, &status, 0);
  return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

TEST(Privileges, RootIsGivenUpForGoodWithItsGroupsAndItsMemoryIsNobodys) {
  if (::geteuid() != 0) GTEST_SKIP() << "only root has something to give up";
  EXPECT_EQ(in_a_child([] {
              if (!drop_privileges(12345, 12346, ::getppid()).empty()) return 1;
              if (::geteuid() != 12345 || ::getegid() != 12346) return 2;
              if (::setuid(0) == 0 || ::seteuid(0) == 0) return 3;
              if (::getgroups(0, nullptr) != 0) return 4;
              if (::prctl(PR_GET_DUMPABLE) != 0) return 5;
              int signal = 0;
              ::prctl(PR_GET_PDEATHSIG, &signal);
              return signal == SIGTERM ? 0 : 6;
            }),
            0);
}

TEST(Privileges, AParentThatHasGoneMeanwhileIsAnError) {
  EXPECT_EQ(
      in_a_child([] { return drop_privileges(::geteuid(), ::getegid(), 999999).empty() ? 1 : 0; }),
      0);
}

}  // namespace
}  // namespace cutover
