// SPDX-License-Identifier: Apache-2.0
// The verbs that only look: status, watch, events.
#include <gtest/gtest.h>

#include <csignal>

#include "mod_cutover/wire/snapshot_json.h"
#include "samples.h"
#include "scene.h"

namespace cutover::tests {
namespace {

using namespace std::chrono_literals;
using nlohmann::json;

class Status : public Verbs {};
class Watch : public Verbs {};
class Events : public Verbs {};
class Planned : public Verbs {};

TEST_F(Status, ShowsSideGateLagAndCounts) {
  const Outcome outcome = run_against({answers(0, "", sites(shop()))}, {.arguments = {"status"}});
  EXPECT_EQ(outcome.exit, 0) << outcome.err;
  for (const char* part : {"shop", "old", "open", "0.4 ms", "120", "in flight 3"})
    EXPECT_TRUE(has(outcome.out, part)) << part << " in " << outcome.out;
}

TEST_F(Status, ShowsWhyTheGateIsClosedAndAnUnknownLag) {
  Snapshot snapshot = shop();
  snapshot.lag_ms.reset();
  snapshot.gate = {false, {"replication is stopped: IO thread No", "lag is unknown"}};
  const Outcome outcome = run_against({answers(0, "", sites(snapshot))}, {.arguments = {"status"}});
  for (const char* part : {"closed", "IO thread No", "lag is unknown", "unknown"})
    EXPECT_TRUE(has(outcome.out, part)) << part << " in " << outcome.out;
  EXPECT_FALSE(has(outcome.out, "0.0 ms")) << outcome.out;
}

TEST_F(Status, InDoubtIsFourEvenWhereTheLastLineSaysDone) {
  Snapshot snapshot = shop();
  snapshot.doubt = "both databases are writable";
  for (const std::vector<std::string>& arguments :
       {std::vector<std::string>{"status"}, {"status", "--json"}}) {
    const Outcome outcome =
        run_against({answers(0, "", sites(snapshot))}, {.arguments = arguments});
    EXPECT_EQ(outcome.exit, 4);
    EXPECT_TRUE(has(outcome.out, "both databases are writable")) << outcome.out;
  }
}

TEST_F(Status, InDoubtIsFourAndSaysWhatToLookAt) {
  Snapshot snapshot = shop();
  snapshot.doubt = "old took writes behind the fence: 0-1-77";
  const Outcome outcome =
      run_against({answers(4, "shop is in doubt", sites(snapshot))}, {.arguments = {"status"}});
  EXPECT_EQ(outcome.exit, 4);
  EXPECT_TRUE(has(outcome.out, "0-1-77")) << outcome.out;
  EXPECT_TRUE(has(outcome.err, "shop is in doubt")) << outcome.err;
}

TEST_F(Status, JsonIsTheResultWithExitAndMessageOnOneLine) {
  const Outcome outcome =
      run_against({answers(0, "fine", sites(shop()))}, {.arguments = {"status", "--json"}});
  ASSERT_EQ(lines_of(outcome.out).size(), 1U);
  json expected = sites(shop());
  expected["exit"] = 0;
  expected["message"] = "fine";
  EXPECT_EQ(json::parse(outcome.out), expected);
}

TEST_F(Status, AnUnknownSiteIsPassedOnAsUsage) {
  const Outcome outcome = run_against({answers(2, "there is no site blog; there is: shop")},
                                      {.arguments = {"status", "blog"}});
  EXPECT_EQ(outcome.exit, 2);
  EXPECT_TRUE(has(outcome.err, "there is no site blog")) << outcome.err;
}

TEST_F(Status, AnAnswerThatIsNotOneIsThree) {
  const std::vector<FakeCoordinator::Scene> scenes{
      [](Connection& connection) { connection.send_text("nonsense\n"); },
      answers(0, "", {{"sites", {{{"site", "shop"}}}}}),
      answers(0, "", {{"no", "sites"}}),
      answers(9, "an exit code that is none", sites(shop())),
  };
  for (const auto& scene : scenes) {
    const Outcome outcome = run_against({scene}, {.arguments = {"status"}});
    EXPECT_EQ(outcome.exit, 3) << outcome.out << outcome.err;
    EXPECT_NE(outcome.err, "");
  }
}

TEST_F(Status, IsAskedAgainWhereTheCoordinatorLeft) {
  const auto leave = [](Connection&) {};
  EXPECT_EQ(run_against({leave, answers(0, "", sites(shop()))}, {.arguments = {"status"}}).exit, 0);
  const Outcome alone = run_against({leave}, {.arguments = {"status"}});
  EXPECT_EQ(alone.exit, 3);
  EXPECT_TRUE(has(alone.err, "left before")) << alone.err;
}

TEST_F(Status, ControlCharactersNeverReachTheTerminal) {
  Snapshot snapshot = shop();
  snapshot.gate = {false,
                   {"Last_IO_Error: \x1b]0;owned\x07\x1b[2J\nshop: new serves",
                    "\xc2\x9b"
                    "31m"}};
  snapshot.doubt = "\x1b[8m";
  const Outcome outcome = run_against({answers(1, "m\x1b[31m\r", sites(snapshot))},
                                      {.arguments = {"status"}, .terminal = true});
  for (const char c : outcome.out)
    EXPECT_TRUE(c == '\n' || c == '\r' || static_cast<unsigned char>(c) >= 0x20) << int(c);
  EXPECT_FALSE(has(outcome.out, "\xc2\x9b")) << outcome.out;
  EXPECT_FALSE(has(outcome.out, "\nshop: new serves")) << outcome.out;
  EXPECT_TRUE(has(outcome.out, "\\x1b[2J")) << outcome.out;
}

TEST_F(Status, JsonEscapesThemInstead) {
  const Outcome outcome =
      run_against({answers(1, "\x1b[31m \xc2\x9b \x7f")}, {.arguments = {"status", "--json"}});
  EXPECT_TRUE(has(outcome.out, "\\u001b[31m \\u009b \\u007f")) << outcome.out;
}

FakeCoordinator::Scene shows(const Snapshot& snapshot) {
  return [=](Connection& connection) { connection.progress(sites(snapshot)); };
}

FakeCoordinator::Scene shows_and_stays(const Snapshot& snapshot) {
  return [=](Connection& connection) {
    connection.progress(sites(snapshot));
    connection.stay_silent();
  };
}

TEST_F(Watch, PrintsALineASiteWhereThereIsNoTerminal) {
  Snapshot lost = shop();
  lost.lag_ms.reset();
  FakeCoordinator coordinator(dir_.path(), {[&](Connection& connection) {
                                connection.progress(sites(shop()));
                                connection.progress(sites(lost));
                                connection.stay_silent();
                              }});
  Command command({.arguments = with_dir({"watch"})});
  EXPECT_TRUE(command.says("lag_ms=unknown")) << command.out();
  const auto lines = lines_of(command.out());
  ASSERT_EQ(lines.size(), 2U) << command.out();
  EXPECT_TRUE(has(lines[0], "shop side=old phase=serving gate=open lag_ms=0.4 in_flight=3 held=0"))
      << lines[0];
  EXPECT_FALSE(has(command.out(), "\x1b"));
}

TEST_F(Watch, DrawsTheScreenAnewOnATerminal) {
  FakeCoordinator coordinator(dir_.path(), {[](Connection& connection) {
                                connection.progress(sites(shop()));
                                connection.progress(sites(shop()));
                                connection.stay_silent();
                              }});
  Command command({.arguments = with_dir({"watch"}), .terminal = true});
  EXPECT_TRUE(command.says("\x1b[H\x1b[J"));
  EXPECT_TRUE(command.says("old serves")) << command.out();
  command.signal(SIGINT);
  EXPECT_EQ(command.finish(), 128 + SIGINT);
}

TEST_F(Watch, GoesOnWithTheNextCoordinator) {
  Snapshot moved_on = shop();
  moved_on.side = "new";
  const auto leaves = [](Connection& connection) {  // as at a graceful
    connection.progress(sites(shop()));
    connection.done(0, "", sites(shop()));
  };
  FakeCoordinator coordinator(dir_.path(), {leaves, shows(shop()), shows_and_stays(moved_on)});
  Command command({.arguments = with_dir({"watch"})});
  EXPECT_TRUE(command.says("side=old")) << command.out();
  EXPECT_TRUE(command.says("side=new")) << command.out() << command.err();
}

TEST_F(Watch, EndsAtOnceWhenItIsRefused) {
  const Outcome outcome =
      run_against({answers(2, "no such site: blog")}, {.arguments = {"watch", "blog"}});
  EXPECT_EQ(outcome.exit, 2);
  EXPECT_TRUE(has(outcome.err, "no such site")) << outcome.err;
}

TEST_F(Watch, EndsWithThreeWhenTheCoordinatorStaysAway) {
  const auto begin = std::chrono::steady_clock::now();
  auto coordinator = std::make_unique<FakeCoordinator>(dir_.path(), std::vector{shows(shop())});
  Command command({.arguments = with_dir({"watch"})});
  EXPECT_TRUE(command.says("side=old"));
  coordinator.reset();
  EXPECT_EQ(command.finish(), 3) << command.out();
  EXPECT_GE(std::chrono::steady_clock::now() - begin, 3s);
  EXPECT_TRUE(has(command.err(), "no coordinator")) << command.err();
}

TEST_F(Watch, JsonIsAnObjectALine) {
  FakeCoordinator coordinator(dir_.path(), {shows_and_stays(shop())});
  Command command({.arguments = with_dir({"watch", "--json"})});
  EXPECT_TRUE(command.says("\n"));
  EXPECT_EQ(json::parse(command.out()), sites(shop()));
}

json events() {
  LastRun refused;
  refused.outcome = "refused";
  refused.reason = "lag: unknown";
  const json about{{"at", "2024-05-01T02:00:00Z"}, {"site", "shop"}};
  const auto event = [&](const json& more) {
    json one = about;
    one.update(more);
    return one;
  };
  return {
      {"events",
       {event({{"event", "asked"}, {"verb", "switch"}, {"by", "root (uid 0, pid 7)"}}),
        event({{"event", "switch refused"},
               {"by", "root (uid 0, pid 7)"},
               {"last", to_json(refused)}}),
        event({{"event", "switch done"}, {"by", "CutoverServe new"}, {"last", to_json(moved())}}),
        event({{"event", "rehearsal done"}, {"rehearsal", to_json(moved())}}),
        event({{"event", "hook after-switch"}, {"ok", true}, {"output", "TTL\x1b lowered"}})}}};
}

TEST_F(Events, AreALineEachForPeople) {
  const Outcome outcome = run_against({answers(0, "", events())}, {.arguments = {"events"}});
  EXPECT_EQ(outcome.exit, 0) << outcome.err;
  const std::string head = "2024-05-01T02:00:00Z  shop  ";
  EXPECT_EQ(outcome.out, head + "asked: switch  by root (uid 0, pid 7)\n" + head +
                             "switch refused  by root (uid 0, pid 7)  lag: unknown\n" + head +
                             "switch done  by CutoverServe new  pause 41.2 ms, 161.2 ms in all\n" +
                             head + "rehearsal done  pause 41.2 ms, 161.2 ms in all\n" + head +
                             "hook after-switch  ok=true  output=TTL\\x1b lowered\n");
}

TEST_F(Events, AreJsonLinesForPrograms) {
  const Outcome outcome =
      run_against({answers(0, "", events())}, {.arguments = {"events", "--json"}});
  const auto lines = lines_of(outcome.out);
  ASSERT_EQ(lines.size(), 5U);
  EXPECT_EQ(json::parse(lines[0]), events()["events"][0]);
  EXPECT_EQ(json::parse(lines[1]), events()["events"][1]);
}

TEST_F(Planned, EachActIsALineWithItsStatementsAndWhatUndoesItsPhase) {
  const json undo = {{{"phase", "undoing"},
                      {"kind", "database"},
                      {"what", "made writable"},
                      {"server", "old"},
                      {"statements", {"old> SET GLOBAL read_only=0"}}}};
  const json acts = {{{"phase", "fencing"}, {"kind", "phase"}, {"what", "nobody"}, {"undo", undo}},
                     {{"phase", "fencing"},
                      {"kind", "database"},
                      {"what", "made read-only"},
                      {"server", "old"},
                      {"statements", {"old> SET GLOBAL read_only=1"}},
                      {"limit_ms", 1000}},
                     {{"phase", "releasing"},
                      {"kind", "record"},
                      {"what", "release new"},
                      {"file", "/var/lib/shop.journal"},
                      {"forward", true}}};
  const json result = {{"direction", "switch"}, {"acts", acts}};
  const Outcome told =
      run_against({answers(0, "nothing was done", result)}, {.arguments = {"plan"}});
  EXPECT_EQ(told.exit, 0) << told.err;
  EXPECT_EQ(told.out,
            "\nfencing: nobody\n"
            "  undone, where it fails, by:\n"
            "    - database old: made writable\n"
            "          old> SET GLOBAL read_only=0\n"
            "  database old: made read-only (1000 ms at most)\n"
            "      old> SET GLOBAL read_only=1\n"
            "  -- nothing leads back from here --\n"
            "  record: release new, into /var/lib/shop.journal\n"
            "\nnothing was done\n");
  const Outcome refused = run_against({answers(1, "in doubt")}, {.arguments = {"plan"}});
  EXPECT_EQ(refused.exit, 1);
}

}  // namespace
}  // namespace cutover::tests
