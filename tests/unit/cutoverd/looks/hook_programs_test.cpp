// SPDX-License-Identifier: Apache-2.0
#include "mod_cutover/cutoverd/looks/hook_programs.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/stat.h>

#include "tests/unit/temp_folder.h"

namespace cutover {
namespace {

using testing::HasSubstr;

struct HookProgramsLook : testing::Test {
  std::string program(const std::string& name, mode_t mode) {
    write_whole(folder_ / name, "#!/bin/sh\n");
    ::chmod((folder_ / name).c_str(), mode);
    return folder_ / name;
  }
  Check look(const std::string& event, const std::string& path) {
    SiteSettings settings;
    settings.hooks = {{event, path}};
    return hook_programs(settings).value_or(Check{});
  }
  TempFolder folder_;
};

TEST_F(HookProgramsLook, OneThatCanBeRunAndIsNobodyElsesPasses) {
  EXPECT_FALSE(hook_programs({}));
  const Check check = look("fence", program("good", 0755));
  EXPECT_EQ(check.verdict, CheckVerdict::kPass) << check.seen;
  EXPECT_EQ(check.seen, "fence " + (folder_ / "good"));
}

TEST_F(HookProgramsLook, OneThatCannotBeRunBlocksWhereARunHangsOnIt) {
  for (const char* event : {"fence", "fenced", "unfence", "promote", "before-switch"}) {
    EXPECT_EQ(look(event, "/nonexistent").verdict, CheckVerdict::kBlock);
    EXPECT_EQ(look(event, program("not", 0644)).verdict, CheckVerdict::kBlock);
    EXPECT_EQ(look(event, folder_ / "").verdict, CheckVerdict::kBlock);
  }
  const Check after = look("after-switch", "/nonexistent");
  EXPECT_EQ(after.verdict, CheckVerdict::kWarn);
  EXPECT_THAT(after.seen, HasSubstr("after-switch /nonexistent: No such file"));
}

TEST_F(HookProgramsLook, OneThatOthersMayWriteWarns) {
  const Check open = look("promote", program("open", 0757));
  EXPECT_EQ(open.verdict, CheckVerdict::kWarn);
  EXPECT_THAT(open.seen, HasSubstr("open may be written by everybody"));
  const std::string in = program("in", 0755);
  ::chmod((folder_ / "").c_str(), 0777);
  EXPECT_EQ(look("promote", in).verdict, CheckVerdict::kWarn);
  ::chmod((folder_ / "").c_str(), 01777);
  EXPECT_EQ(look("promote", in).verdict, CheckVerdict::kPass);
}

}  // namespace
}  // namespace cutover
