// SPDX-License-Identifier: Apache-2.0
// Who may ask what, over the real socket: root, httpd's User, anybody else.
#include "mod_cutover/wire/history_json.h"
#include "tests/unit/cutoverd/control/control_scene.h"

namespace cutover {
namespace {

using ControlServerTest = ControlScene;

TEST_F(ControlServerTest, RootMayCommandAndOthersMayNot) {
  start(false);
  EXPECT_EQ(exit_as(kStranger, R"({"verb":"status"})"), 1);
  EXPECT_EQ(exit_as(kStranger, R"({"verb":"switch"})"), 1);
  EXPECT_EQ(exit_as(kHttpd, R"({"verb":"status"})"), 0);
  EXPECT_EQ(exit_as(kHttpd, R"({"verb":"switch"})"), 1) << "CutoverPageControl is Off";
  EXPECT_EQ(sites_.front()->snapshot().side, "old");
  EXPECT_EQ(exit_as(0, R"({"verb":"switch"})"), 0);
  EXPECT_EQ(sites_.front()->snapshot().side, "new");
}

TEST_F(ControlServerTest, WithPageControlHttpdsUserMayCommandAndIsNotedByTheNameThatItGives) {
  start(true);
  EXPECT_EQ(exit_as(kHttpd, R"({"verb":"switch","by":"alice\n at the page"})"), 0);
  EXPECT_EQ(exit_as(kStranger, R"({"verb":"rollback"})"), 1);
  const auto events = audit_.newest(100, "shop");
  const auto asked =
      std::ranges::find_if(events, [](const json& e) { return e.value("event", "") == "asked"; });
  ASSERT_NE(asked, events.end());
  EXPECT_TRUE(asked->value("by", "").starts_with("alice")) << *asked;
  EXPECT_EQ(asked->value("by", "").find('\n'), std::string::npos);
}

TEST_F(ControlServerTest, AWrongRequestHasAnAnswer) {
  start(false);
  for (const char* wrong :
       {"[]", "{}", "nonsense", R"({"verb":5})", R"({"verb":"destroy"})",
        R"({"verb":"status","site":"nobody"})", R"({"verb":"watch","site":5})",
        R"({"verb":"rollback","accept_data_loss":"yes"})",
        R"({"verb":"rollback","despite_direct_visitors":1})",
        R"({"verb":"switch","despite_direct_visitors":true})", R"({"verb":"rehearse","wait":{}})",
        R"({"verb":"switch","wait":true})", R"({"verb":"switch","wait":{"from":"03:00"}})",
        R"({"verb":"switch","wait":{"until":-1}})", R"({"verb":"switch","wait":{"quiet":1}})",
        R"({"verb":"switch","wait":{"soon":true}})",
        R"({"verb":"rollback","wait":{},"accept_data_loss":true})",
        R"({"verb":"rollback","wait":{},"despite_direct_visitors":true})",
        R"({"verb":"history","since":"yesterday"})"})
    EXPECT_EQ(answer(wrong), 2) << wrong;
}

TEST_F(ControlServerTest, WhatIsArmedIsAnsweredAtOnceAndAbortDisarmsIt) {
  start(false);
  const std::int64_t later = clock_.wall_ms() + 3'600'000;
  const json wait = {{"from", later}, {"until", later + 1000}, {"quiet", true}};
  const Reply armed = ask(socket_, {{"verb", "switch"}, {"wait", wait}}, 5s);
  EXPECT_EQ(armed.done.at("exit"), 0) << armed.done;
  const auto seen = sites_.front()->snapshot().armed;
  ASSERT_TRUE(seen);
  EXPECT_EQ(armed.done.at("result").at("armed"),
            json({{"from", seen->from}, {"until", seen->until}, {"quiet", true}}));
  EXPECT_TRUE(seen->by.starts_with("root (uid 0, pid ")) << seen->by;
  EXPECT_EQ(exit_as(kHttpd, R"({"verb":"abort"})"), 1) << "CutoverPageControl is Off";
  EXPECT_EQ(exit_as(0, R"({"verb":"switch","wait":{"quiet":false}})"), 1) << "one is armed";
  EXPECT_EQ(exit_as(0, R"({"verb":"abort"})"), 0);
  EXPECT_FALSE(sites_.front()->snapshot().armed);
  EXPECT_EQ(exit_as(0, R"({"verb":"abort"})"), 1);
}

TEST_F(ControlServerTest, TheHistoryIsGivenToThoseWhoMayLook) {
  start(false);
  SiteCounters& counters = counters_in(counters_).shared_slot().sites[0];
  counters.in_flight = 3;
  std::vector<HistorySample> samples;
  const auto some_are_there = [&] {
    counters.served[0] += 1;
    samples = history_from(ask(socket_, {{"verb", "history"}}, 1s).done.at("result"));
    return samples.size() >= 2;
  };
  for (int i = 0; i < 100 && !some_are_there(); ++i) std::this_thread::sleep_for(50ms);
  ASSERT_GE(samples.size(), 2U);
  EXPECT_EQ(samples[1].in_flight, 3);
  EXPECT_GT(samples[1].old_per_second, 0);
  EXPECT_EQ(samples[1].new_per_second, 0);
  EXPECT_EQ(samples[1].lag_ms, std::nullopt) << "a site without databases";
  const json newer{{"verb", "history"}, {"site", "shop"}, {"since", samples[0].at_ms}};
  const auto rest = history_from(ask(socket_, newer, 1s).done.at("result"));
  EXPECT_GE(rest.size(), samples.size() - 1);
  EXPECT_EQ(rest.front().at_ms, samples[1].at_ms);
  EXPECT_EQ(exit_as(kHttpd, R"({"verb":"history"})"), 0);
  EXPECT_EQ(exit_as(kStranger, R"({"verb":"history"})"), 1);
}

TEST_F(ControlServerTest, ACommandIsToldPhaseByPhase) {
  start(false);
  std::vector<std::string> phases;
  std::vector<double> times;
  const Reply reply = ask(socket_, {{"verb", "switch"}}, 10s, [&](const json& p) {
    phases.push_back(p.value("phase", ""));
    if (phases.back() != "preflight") times.push_back(p.at("ms"));
  });
  EXPECT_EQ(reply.kind, Reply::Kind::kDone) << reply.error;
  EXPECT_TRUE(std::ranges::is_sorted(times)) << json(times);
  EXPECT_GT(times.back(), 0.0);
  EXPECT_EQ(phases, (std::vector<std::string>{"preflight", "quieting", "draining", "fencing",
                                              "releasing", "serving"}));
}

TEST_F(ControlServerTest, ACommandIsTakenWithALineBeforeAnythingElse) {
  start(false);
  for (const char* verb : {"switch", "abort", "preflight"}) {
    const Fd fd = connected();
    const std::string request = json{{"verb", verb}}.dump() + "\n";
    ::send(fd.get(), request.data(), request.size(), MSG_NOSIGNAL);
    std::string text;
    for (char c = 0; c != '\n' && ::recv(fd.get(), &c, 1, 0) == 1;) text += c;
    EXPECT_TRUE(json::parse(text).contains("taken")) << text;
  }
}

TEST_F(ControlServerTest, OneThatLeavesDoesNothingAndSaysThatItMayBeAskedAgain) {
  start(false);
  sites_.front()->leave(false);
  const Reply reply = ask(socket_, {{"verb", "switch"}}, 10s);
  ASSERT_EQ(reply.kind, Reply::Kind::kDone) << reply.error;
  EXPECT_EQ(reply.done["exit"], 1);
  EXPECT_TRUE(reply.done.value("again", false));
  EXPECT_EQ(sites_.front()->snapshot().side, "old");
}

TEST_F(ControlServerTest, WhoConnectsAndSaysNothingDoesNotDelayTheEnd) {
  start(false);
  const Fd silent = connected();
  // Who came later is answered already.
  ASSERT_EQ(ask(socket_, {{"verb", "status"}}, 10s).kind, Reply::Kind::kDone);
  const auto start = std::chrono::steady_clock::now();
  TearDown();
  EXPECT_LT(std::chrono::steady_clock::now() - start, 2s);
}

}  // namespace
}  // namespace cutover
