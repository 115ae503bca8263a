// SPDX-License-Identifier: Apache-2.0
// The command line itself, and what happens where nobody answers.
#include <gtest/gtest.h>
#include <sys/stat.h>

#include <fstream>

#include "samples.h"
#include "scene.h"
#include "shared/protocol/recovery.h"
#include "shared/protocol/transitions.h"

namespace cutover::tests {
namespace {

using nlohmann::json;

class Usage : public Verbs {};

TEST_F(Usage, WrongCommandLinesEndWithTwoAndAskNobody) {
  FakeCoordinator coordinator(dir_.path(), {answers(0, "")});
  const std::vector<std::vector<std::string>> wrong{{},
                                                    {"nonsense"},
                                                    {"status", "--nonsense"},
                                                    {"switch", "shop", "blog"},
                                                    {"switch", "../shop"},
                                                    {"switch", ""},
                                                    {"switch", std::string(64, 'x')},
                                                    {"switch", "--accept-data-loss"},
                                                    {"switch", "--despite-direct-visitors"},
                                                    {"resolve", "shop"},
                                                    {"resolve", "old"},
                                                    {"complete"},
                                                    {"resolve", "shop", "both"},
                                                    {"switch", "--other-is-down"},
                                                    {"switch", "--quiet"},
                                                    {"switch", "--at", "03:00"},
                                                    {"switch", "--until", "03:00"},
                                                    {"rehearse", "--wait"},
                                                    {"switch", "--wait", "--at"},
                                                    {"switch", "--wait", "--at", "soon"},
                                                    {"switch", "--wait", "--until", "25:00"}};
  for (const auto& arguments : wrong) {
    const Outcome outcome = run({.arguments = with_dir(arguments)});
    EXPECT_EQ(outcome.exit, 2) << outcome.out << outcome.err;
    EXPECT_NE(outcome.err, "");
  }
  EXPECT_EQ(run({.arguments = {"--state-dir"}}).exit, 2);
  EXPECT_EQ(coordinator.requests().size(), 0U);
}

TEST_F(Usage, ASiteMayBeNamedAsAVerb) {
  run_against({answers(1, "not now")}, {.arguments = {"abort", "switch"}});
  ASSERT_EQ(requests_.size(), 1U);
  EXPECT_EQ(requests_[0], json({{"verb", "abort"}, {"site", "switch"}}));
}

TEST_F(Usage, HelpNamesEveryVerbAndExitCode) {
  const Outcome outcome = run({.arguments = {"--help"}});
  EXPECT_EQ(outcome.exit, 0);
  for (const char* word : {"status", "watch", "preflight", "plan", "rehearse", "switch", "rollback",
                           "abort", "resolve", "verify", "complete", "events", "--json",
                           "--state-dir", "  0  ", "  1  ", "  2  ", "  3  ", "  4  "})
    EXPECT_TRUE(has(outcome.out, word)) << word;
}

TEST_F(Usage, EveryVerbSendsItsNameItsSiteAndNothingElse) {
  for (const std::string verb : {"status", "watch", "preflight", "plan", "rehearse", "switch",
                                 "rollback", "abort", "events"}) {
    run_against({answers(1, "not now")}, {.arguments = {verb, "shop"}});
    ASSERT_EQ(requests_.size(), 1U) << verb;
    EXPECT_EQ(requests_[0], json({{"verb", verb}, {"site", "shop"}}));
  }
}

TEST_F(Usage, ResolveNamesTheSiteAndTheSide) {
  run_against({answers(0, "new serves")}, {.arguments = {"resolve", "shop", "new"}});
  EXPECT_EQ(requests_.at(0), json({{"verb", "resolve"}, {"site", "shop"}, {"serve", "new"}}));
  run_against({answers(0, "old serves")},
              {.arguments = {"resolve", "shop", "old", "--other-is-down"}});
  EXPECT_EQ(
      requests_.at(0),
      json({{"verb", "resolve"}, {"site", "shop"}, {"serve", "old"}, {"other_is_down", true}}));
}

TEST_F(Usage, TheSiteMayBeLeftOut) {
  run_against({answers(1, "not now")}, {.arguments = {"switch"}});
  ASSERT_EQ(requests_.size(), 1U);
  EXPECT_EQ(requests_[0], json({{"verb", "switch"}}));
}

TEST_F(Usage, DataLossIsAcceptedByTypingTheSitesName) {
  run_against({answers(1, "not now")},
              {.arguments = {"rollback", "--accept-data-loss", "shop"}, .input = "shop\n"});
  ASSERT_EQ(requests_.size(), 1U);
  EXPECT_EQ(requests_[0], json({{"verb", "rollback"},
                                {"site", "shop"},
                                {"accept_data_loss", true},
                                {"confirm", "shop"}}));
  for (const char* typed : {"", "yes\n", "shop2\n", "SHOP\n"}) {
    const Outcome outcome =
        run_against({answers(0, "done")},
                    {.arguments = {"rollback", "--accept-data-loss", "shop"}, .input = typed});
    EXPECT_EQ(outcome.exit, 1) << typed;
    EXPECT_TRUE(requests_.empty()) << typed;
  }
}

TEST_F(Usage, AMoveIsCompletedByTypingTheSitesName) {
  const nlohmann::json lists = {{"may_be_turned_off", {"the old database server"}},
                                {"not_yet", {"httpd on this host: DNS leads here"}}};
  const Outcome done = run_against({answers(0, "new serves for good", lists)},
                                   {.arguments = {"complete", "shop"}, .input = "shop\n"});
  EXPECT_EQ(done.exit, 0);
  EXPECT_TRUE(has(done.out, "- the old database server") && has(done.out, "Not yet:"));
  ASSERT_EQ(requests_.size(), 1U);
  EXPECT_EQ(requests_[0], json({{"verb", "complete"}, {"site", "shop"}, {"confirm", "shop"}}));
  for (const char* typed : {"", "yes\n", "shop2\n", "SHOP\n"}) {
    const Outcome outcome =
        run_against({answers(0, "done")}, {.arguments = {"complete", "shop"}, .input = typed});
    EXPECT_EQ(outcome.exit, 1) << typed;
    EXPECT_TRUE(requests_.empty()) << typed;
  }
}

TEST_F(Usage, VisitorsOfTheNewHostsOwnAreLeftBehindByAnOption) {
  run_against({answers(1, "not now")}, {.arguments = {"rollback", "--despite-direct-visitors"}});
  ASSERT_EQ(requests_.size(), 1U);
  EXPECT_EQ(requests_[0], json({{"verb", "rollback"}, {"despite_direct_visitors", true}}));
}

TEST_F(Usage, TheTablesAreThereWithoutACoordinator) {
  const Outcome outcome = run({.arguments = {"tables"}});
  EXPECT_EQ(outcome.exit, 0);
  EXPECT_TRUE(has(outcome.out, "| promoting | not-proved |")) << outcome.out;
  EXPECT_TRUE(has(outcome.out,
                  "| promote | yes | any | no | any | any | any | any | any | any | forward |"));
  const json tables = json::parse(run({.arguments = {"tables", "--json"}}).out);
  EXPECT_EQ(tables["recovery"].size(), recovery_table().size());
  EXPECT_EQ(tables["transitions"].size(), transition_table().size());
}

TEST_F(Usage, TheDocsShowTheDiagramOfTheTable) {
  const std::string out = run({.arguments = {"tables"}}).out;
  const std::string diagram = out.substr(0, out.find("```\n", 4) + 4);
  std::ifstream file("docs/how-it-works.md");
  const std::string page{std::istreambuf_iterator<char>(file), {}};
  EXPECT_TRUE(has(page, "<!-- diagram -->\n" + diagram + "<!-- /diagram -->"))
      << "copy it from `cutoverctl tables`:\n"
      << diagram;
}

TEST_F(Usage, AnIdOfTheErrorLogIsExplainedWithoutACoordinator) {
  for (const char* id : {"CUT0112", "cut0112", "112"}) {
    const Outcome outcome = run({.arguments = {"explain", id}});
    EXPECT_EQ(outcome.exit, 0) << id;
    EXPECT_TRUE(has(outcome.out, "CUT0112 (warn)\nwhat was in flight did not end in time"));
    EXPECT_TRUE(has(outcome.out, "CutoverDrainTimeout"));
  }
  const json one = json::parse(run({.arguments = {"explain", "CUT0312", "--json"}}).out);
  EXPECT_EQ(one["id"], "CUT0312");
  EXPECT_EQ(one["level"], "error");
  for (const char* id : {"CUT0999", "CUT", "CUT112x", "70000"}) {
    const Outcome outcome = run({.arguments = {"explain", id}});
    EXPECT_EQ(outcome.exit, 2) << id;
    EXPECT_TRUE(has(outcome.err, std::string(id) + " is no id")) << outcome.err;
  }
}

TEST_F(Usage, TheDocsHaveEveryMessage) {
  const std::string out = run({.arguments = {"explain"}}).out;
  std::ifstream file("docs/messages.md");
  const std::string docs{std::istreambuf_iterator<char>(file), {}};
  EXPECT_FALSE(out.empty());
  EXPECT_TRUE(docs.ends_with(out)) << "print them anew with `cutoverctl explain`:\n" << out;
}

TEST_F(Usage, OptionsMayFollowTheVerb) {
  FakeCoordinator coordinator(dir_.path(), {answers(1, "not now")});
  const Outcome outcome =
      run({.arguments = {"switch", "shop", "--json", "--state-dir", dir_.path()}});
  EXPECT_EQ(outcome.exit, 1);
  EXPECT_EQ(json::parse(outcome.out)["message"], "not now");
}

TEST_F(Usage, NobodyThereIsThreeWithWhatToDo) {
  const Outcome outcome = run({.arguments = with_dir({"status"})});
  EXPECT_EQ(outcome.exit, 3);
  EXPECT_EQ(outcome.out, "");
  for (const std::string part : {"no coordinator", "httpd", "CutoverStateDir", dir_.path().c_str()})
    EXPECT_TRUE(has(outcome.err, part)) << part << " in " << outcome.err;
}

TEST_F(Usage, NobodyThereIsThreeForEveryVerbAndInJson) {
  std::vector<std::unique_ptr<Command>> commands;
  for (const char* verb :
       {"status", "watch", "preflight", "rehearse", "switch", "rollback", "abort", "events"})
    commands.push_back(std::make_unique<Command>(Call{.arguments = with_dir({verb, "--json"})}));
  for (const auto& command : commands) {
    EXPECT_EQ(command->finish(), 3);
    EXPECT_EQ(json::parse(command->out())["exit"], 3);
    EXPECT_EQ(command->err(), "");
  }
}

TEST_F(Usage, OneThatComesWithinASecondIsWaitedFor) {
  Command command({.arguments = with_dir({"switch"})});
  std::this_thread::sleep_for(std::chrono::milliseconds(300));
  FakeCoordinator coordinator(dir_.path(), {answers(0, "new serves")});
  EXPECT_EQ(command.finish(), 0) << command.err();
  EXPECT_EQ(coordinator.requests().size(), 1U);
}

TEST_F(Usage, RootAsksByItsOwnDoorAndWhereThatLeadsNowhereByEverybodys) {
  if (geteuid() != 0) GTEST_SKIP() << "root alone has a door";
  const Call status{.arguments = with_dir({"status"})};
  const auto everybodys = dir_.path() / "control.sock";
  const auto roots = dir_.path() / "root.sock";
  {
    FakeCoordinator coordinator(dir_.path(), {answers(0, "", sites(shop()))});
    std::filesystem::rename(everybodys, roots);
    EXPECT_EQ(run(status).exit, 0);
  }
  // What is left there now is a dead coordinator's.
  FakeCoordinator older(dir_.path(), {answers(0, "", sites(shop()))});
  EXPECT_EQ(run(status).exit, 0);
}

TEST_F(Usage, AStateDirThatMayNotBeReadSaysSo) {
  // As nobody, from a copy: the place where it was built may be closed to others.
  const harness::TempDir reachable("bin");
  std::filesystem::copy_file(cutoverctl(), reachable / "cutoverctl");
  ASSERT_EQ(chmod(dir_.path().c_str(), geteuid() == 0 ? 0700 : 0), 0);
  Command command(reachable / "cutoverctl",
                  {.arguments = with_dir({"status"}), .as_nobody = geteuid() == 0});
  EXPECT_EQ(command.finish(), 3);
  chmod(dir_.path().c_str(), 0700);
  EXPECT_TRUE(has(command.err(), "as root")) << command.err();
}

}  // namespace
}  // namespace cutover::tests
