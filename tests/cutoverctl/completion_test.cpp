// SPDX-License-Identifier: Apache-2.0
// The bash completion, asked as readline asks it.
#include <gtest/gtest.h>
#include <unistd.h>

#include <algorithm>

#include "samples.h"
#include "scene.h"
#include "tests/harness/build_paths.h"

namespace cutover::tests {
namespace {

using Words = std::vector<std::string>;

class Completion : public Verbs {
 protected:
  void SetUp() override {
    std::filesystem::create_directory(dir_ / "bin");
    std::filesystem::create_symlink(cutoverctl(), dir_ / "bin/cutoverctl");
  }

  // What is offered for the last of the words.
  Words complete(const Words& words) {
    const auto script = harness::project_root() / "mod_cutover/cutoverctl/cutoverctl.bash";
    std::string program = "source '" + script.string() + "'; COMP_WORDS=(cutoverctl";
    for (const std::string& word : words) program += " '" + word + "'";
    program += "); COMP_CWORD=" + std::to_string(words.size()) +
               "; _cutoverctl; printf '%s\\n' \"${COMPREPLY[@]}\"";
    const std::string path = (dir_ / "bin").string() + ":/usr/bin:/bin";
    Command command("/bin/bash",
                    {.arguments = {"--norc", "-c", program}, .environment = {{"PATH", path}}});
    EXPECT_EQ(command.finish(), 0) << command.err();
    EXPECT_EQ(command.err(), "");
    Words offered = lines_of(command.out());
    std::erase(offered, "");
    std::sort(offered.begin(), offered.end());
    return offered;
  }
};

nlohmann::json two_sites() {
  Snapshot blog = shop();
  blog.site = "blog-2";
  nlohmann::json result = sites(shop());
  result["sites"].push_back(sites(blog)["sites"][0]);
  return result;
}

TEST_F(Completion, OffersEveryVerb) {
  EXPECT_EQ(complete({""}),
            (Words{"abort", "complete", "events", "explain", "plan", "preflight", "rehearse",
                   "resolve", "rollback", "status", "switch", "tables", "verify", "watch"}));
  EXPECT_EQ(complete({"--json", "reh"}), (Words{"rehearse"}));
  EXPECT_EQ(complete({"resolve", "shop", ""}), (Words{"new", "old"}));
  EXPECT_EQ(complete({"resolve", "shop", "old", ""}), Words{});
  EXPECT_EQ(complete({"resolve", "--o"}), (Words{"--other-is-down"}));
  EXPECT_EQ(complete({"complete", "--o"}), (Words{"--other-is-down"}));
  EXPECT_EQ(complete({"--state-dir", "/tmp", "sw"}), (Words{"switch"}));
  EXPECT_EQ(complete({"--state-dir", "=", "/tmp", "sw"}), (Words{"switch"}));
}

TEST_F(Completion, OffersOptionsAndTheDangerousOneAfterRollbackAlone) {
  EXPECT_EQ(complete({"--"}), (Words{"--help", "--json", "--state-dir", "--version"}));
  EXPECT_EQ(complete({"switch", "--a"}), Words{"--at"});
  EXPECT_EQ(complete({"switch", "shop", "--w"}), Words{"--wait"});
  EXPECT_EQ(complete({"rehearse", "--w"}), Words{});
  EXPECT_EQ(complete({"rollback", "--a"}), (Words{"--accept-data-loss", "--at"}));
  EXPECT_EQ(complete({"rollback", "--d"}), Words{"--despite-direct-visitors"});
}

TEST_F(Completion, OffersTheSitesOfTheStateDirThatWasGiven) {
  FakeCoordinator coordinator(
      dir_.path(),
      {answers(0, "", two_sites()), answers(0, "", two_sites()), answers(0, "", two_sites())});
  const std::string dir = dir_.path();
  EXPECT_EQ(complete({"--state-dir", dir, "switch", ""}), (Words{"blog-2", "shop"}));
  EXPECT_EQ(complete({"--state-dir", "=", dir, "switch", "s"}), (Words{"shop"}));
  EXPECT_EQ(complete({"switch", "--state-dir", dir, "bl"}), (Words{"blog-2"}));
}

TEST_F(Completion, OffersNoSecondSiteAndNothingWhereNobodyAnswers) {
  EXPECT_EQ(complete({"switch", "shop", ""}), Words{});
  EXPECT_EQ(complete({"--state-dir", dir_.path(), "switch", ""}), Words{});
}

TEST_F(Completion, OffersDirectoriesForTheStateDir) {
  EXPECT_EQ(complete({"--state-dir", dir_.path().string() + "/"}), Words{(dir_ / "bin").string()});
}

TEST_F(Completion, KnowsEveryVerbAndOptionOfTheHelp) {
  const std::string help = run({.arguments = {"--help"}}).out;
  for (const std::string& word : complete({""})) EXPECT_TRUE(has(help, "  " + word + " ")) << word;
  for (const std::string& word : complete({"--"})) EXPECT_TRUE(has(help, word)) << word;
}

}  // namespace
}  // namespace cutover::tests
