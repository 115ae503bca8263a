// SPDX-License-Identifier: Apache-2.0
// A worker that somebody has taken over can neither write the decision nor, with CutoverPageControl
// Off, command it; whatever it tries, the site stays.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/mman.h>
#include <sys/wait.h>

#include <algorithm>

#include "tests/harness/build_paths.h"
#include "tests/harness/eventually.h"
#include "tests/httpd/attacker/attacks.h"
#include "tests/httpd/rig.h"

namespace cutover::test {
namespace {

using attacker::Attempt;
using attacker::Target;
using harness::eventually;
using testing::HasSubstr;
using testing::Not;

RigOptions attacked(const std::string& more) {
  RigOptions options;
  options.coordinator = true;
  options.processes = 1;
  options.threads = 4;
  options.site = "CutoverPageControl Off";
  options.server = "LoadModule attacker_module " + harness::product("attacker.so").string() +
                   "\n<Location /attack>\nSetHandler attacker\n</Location>\n" + more;
  return options;
}

Target target_of(Rig& rig, std::vector<std::string> verbs) {
  const std::string secret = rig.directory() + "/secret.cnf";
  harness::write_file(secret, "[cutover]\nuser=u\npassword=p\n", 0600);
  return {rig.old_host().pid(), rig.coordinator(), rig.state_dir(), secret, std::move(verbs)};
}

class HostileWorker : public testing::TestWithParam<const char*> {};

TEST_P(HostileWorker, CanNeitherWriteTheDecisionNorCommandIt) {
  if (::geteuid() != 0) GTEST_SKIP() << "without root, workers are no other user";
  Rig rig(attacked(GetParam()));
  rig.start();
  ASSERT_TRUE(eventually([&] { return rig.ask() == "old"; }));
  const Target target =
      target_of(rig, {"switch", "rollback", "preflight", "rehearse", "abort", "switch"});
  const pid_t coordinator = target.coordinator;
  HttpClient admin = rig.admin();
  admin.time_limit(std::chrono::seconds(30));
  const HttpResponse answer = admin.get("/attack?" + attacker::to_query(target));
  ASSERT_EQ(answer.status, 200);
  EXPECT_THAT(answer.body, Not(HasSubstr("SUCCEEDED")));
  // All that is tried was tried.
  EXPECT_GE(std::count(answer.body.begin(), answer.body.end(), '\n'), 25) << answer.body;
  for (const char* name :
       {"mprotect of the decisions", "ptrace of the coordinator", "open of a descriptor of self",
        "write of shop.journal", "the command switch", "reading the credentials"})
    EXPECT_THAT(answer.body, HasSubstr(std::string("failed: ") + name));
  EXPECT_EQ(rig.ask(), "old");
  EXPECT_EQ(rig.coordinator(), coordinator) << "and the coordinator is the same";
  EXPECT_EQ(rig.old_host().stop(), 0);
}

// With CoreDumpDirectory, workers and mod_cgid's daemon may be traced by their own user.
INSTANTIATE_TEST_SUITE_P(Both, HostileWorker,
                         testing::Values("# as it comes", "CoreDumpDirectory /tmp"),
                         [](const auto& lines) {
                           return lines.param[0] == '#' ? "AsItComes" : "WithCoreDumps";
                         });

// Root in place of the worker: what is tried does succeed where nothing stands in its way, so that
// a failure above is the defence's.
TEST(HostileRoot, SucceedsWithTheSameAttempts) {
  if (::geteuid() != 0) GTEST_SKIP() << "root is needed";
  Rig rig(attacked(""));
  rig.start();
  ASSERT_TRUE(eventually([&] { return rig.ask() == "old"; }));
  const Target target = target_of(rig, {"preflight"});
  const Fd area(::memfd_create("cutover-control", MFD_CLOEXEC));
  ASSERT_EQ(::ftruncate(area.get(), 4096), 0);
  void* mapped = ::mmap(nullptr, 4096, PROT_READ, MAP_SHARED, area.get(), 0);
  ASSERT_NE(mapped, MAP_FAILED);
  std::vector<std::string> succeeded;
  for (const Attempt& attempt : attacker::attack(target))
    if (attempt.succeeded) succeeded.push_back(attempt.name);
  ::munmap(mapped, 4096);
  for (const std::string name :
       {"mprotect of the decisions", "open of a descriptor of self", "use of a descriptor of self",
        "write of shop.journal", "write of events.jsonl", "write of cutoverd.lock",
        "a file in the state directory", "moving the socket away", "reading the credentials",
        "the command preflight"})
    EXPECT_THAT(succeeded, testing::Contains(name));
  EXPECT_THAT(succeeded, testing::Contains("open of a descriptor of process " +
                                           std::to_string(rig.old_host().pid())));
  EXPECT_EQ(rig.ask(), "old");
}

}  // namespace
}  // namespace cutover::test
