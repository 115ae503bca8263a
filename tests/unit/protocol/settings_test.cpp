// SPDX-License-Identifier: Apache-2.0
// Relations between settings: each one broken alone, with the place where it stands.
#include "shared/protocol/settings.h"

#include <gtest/gtest.h>

#include <functional>

#include "mod_cutover/wire/settings_json.h"

namespace cutover {
namespace {

SiteSettings good() {
  SiteSettings s;
  s.name = "shop";
  s.new_host = "http://new";
  s.old_database = OptionFile{"/old.cnf", "cutover"};
  s.new_database = OptionFile{"/new.cnf", "cutover"};
  s.where["CutoverSite"] = {"shop.conf", 3};
  return s;
}

TEST(Settings, TheDefaultsAreRight) { EXPECT_TRUE(check(good(), {}).empty()); }

TEST(Settings, EachWrongRelationIsToldWithItsDirectiveAndPlace) {
  using Change = std::function<void(SiteSettings&)>;
  const std::pair<const char*, Change> cases[] = {
      {"CutoverNewHost", [](auto& s) { s.new_host.clear(); }},
      {"CutoverCheckInterval", [](auto& s) { s.check_interval = Millis{9}; }},
      {"CutoverHoldTimeout", [](auto& s) { s.hold_timeout = Millis{60000}; }},
      {"CutoverHoldTimeout", [](auto& s) { s.hold_timeout = Millis{7000}; }},
      {"CutoverDrainTimeout", [](auto& s) { s.drain_timeout = Millis{0}; }},
      {"CutoverFenceTimeout", [](auto& s) { s.fence_timeout = Millis{-1}; }},
      {"CutoverCatchUpTimeout", [](auto& s) { s.catch_up_timeout = Millis{0}; }},
      {"CutoverMaxLag", [](auto& s) { s.max_lag = Millis{0}; }},
      {"CutoverHoldLimit", [](auto& s) { s.hold_limit = 0; }},
      {"CutoverNewDatabase", [](auto& s) { s.old_database.reset(); }},
      {"CutoverOldDatabase", [](auto& s) { s.new_database.reset(); }},
      {"CutoverHook",
       [](auto& s) {
         s.hooks = {{"sometimes", "/bin/true"}};
       }},
      {"CutoverLeaveBehind",
       [](auto& s) {
         s.old_database.reset();
         s.new_database.reset();
         s.leave_behind = {"blog"};
       }},
      {"CutoverRemote",
       [](SiteSettings& s) {
         s.local = {"/.well-known/"};
         s.remote = {"/.well-known/acme-challenge"};
       }},
      {"CutoverRemote",
       [](SiteSettings& s) {
         s.local = {"/files/health"};
         s.remote = {"/file", "/files"};
       }},
      {"CutoverStragglers",
       [](auto& s) {
         s.close_stragglers = true;
         s.fence = false;
       }},
      {"CutoverStragglers",
       [](auto& s) {
         s.close_stragglers = true;
         s.old_database.reset();
         s.new_database.reset();
       }},
      {"CutoverStragglers",
       [](auto& s) {
         s.close_stragglers = true;
         s.stragglers_after = s.drain_timeout + Millis{1};
       }},
      {"CutoverHoldTimeout",
       [](auto& s) {
         s.proofs = {{"/", "", {}}};
       }},
      {"CutoverProofTimeout", [](auto& s) { s.proof_timeout = Millis{0}; }},
      {"CutoverProof",
       [](auto& s) {
         s.hold_timeout = Millis{20000};
         s.proofs = {{"/health/deep", "", {}}};
         s.local = {"/health"};
       }},
  };
  for (const auto& [directive, change] : cases) {
    SiteSettings s = good();
    s.where[directive] = {"shop.conf", 7};
    change(s);
    const std::vector<Problem> problems = check(s, {});
    ASSERT_FALSE(problems.empty()) << directive;
    EXPECT_NE(problems.front().text.find(directive), std::string::npos) << problems.front().text;
    EXPECT_EQ(problems.front().where.line, 7) << problems.front().text;
    EXPECT_TRUE(problems.front().fatal);
  }
}

TEST(Settings, AProblemWithoutADirectiveOfItsOwnStandsAtTheSite) {
  SiteSettings s = good();
  s.new_host.clear();
  EXPECT_EQ(check(s, {}).front().where.line, 3);
}

TEST(Settings, ASiteWithoutDatabasesNeedsNoTimeForThem) {
  SiteSettings s = good();
  s.old_database.reset();
  s.new_database.reset();
  s.hold_timeout = Millis{3001};
  EXPECT_TRUE(check(s, {}).empty());
}

TEST(Settings, AProofAndItsWayBackHaveTheirTimeInTheHold) {
  SiteSettings s = good();
  s.proofs = {{"/", "", {}}, {"/account", "", {}}};
  EXPECT_EQ(s.phases_time(), Millis{3000 + 1000 + 3000 + 2 * 2000 + 1000 + 3000});
  s.hold_timeout = s.phases_time();
  EXPECT_FALSE(check(s, {}).empty());
  s.hold_timeout += Millis{1};
  EXPECT_TRUE(check(s, {}).empty());
  s.old_database.reset();
  s.new_database.reset();
  EXPECT_EQ(s.phases_time(), Millis{3000 + 2 * 2000});
}

TEST(Settings, TheHooksInThePauseHaveTheirTimeInTheHold) {
  SiteSettings s = good();
  s.fence = s.promote = false;
  s.hook_timeout = Millis{700};
  for (const char* event : {"fence", "fenced", "fenced", "unfence", "promote", "aborted"})
    s.hooks.push_back({event, "/bin/true"});
  EXPECT_EQ(s.phases_time(), Millis{3000 + 1000 + 3000 + 4 * 700});
  s.hold_timeout = s.phases_time();
  ASSERT_FALSE(check(s, {}).empty());
  EXPECT_NE(check(s, {}).front().text.find("catch-up, the hooks in the pause together"),
            std::string::npos);
  s.hold_timeout += Millis{1};
  EXPECT_TRUE(check(s, {}).empty()) << "nor a warning: somebody fences";
}

TEST(Settings, AHookInThePauseThatCouldNotBeReadBackOrTakenBackIsRefused) {
  struct Wrong {
    std::vector<std::string> events;
    bool databases, fence, promote;
    std::string says;  // nothing: it is right
  };
  for (const Wrong& wrong :
       std::vector<Wrong>{{{"fence"}, true, false, true, "fence needs an unfence"},
                          {{"fence", "unfence"}, true, true, true, "say CutoverFence Off"},
                          {{"promote"}, true, true, true, "say CutoverPromote Off"},
                          {{"unfence"}, true, true, true, "has nothing to take back"},
                          {{"unfence"}, false, true, true, "has nothing to take back"},
                          {{"fence", "unfence"}, false, false, true, "this site has none"},
                          {{"promote"}, false, true, false, "this site has none"},
                          {{"fence", "unfence", "fenced", "promote"}, true, false, false, ""},
                          {{"fenced"}, true, true, true, ""},
                          {{"fenced", "unfence"}, true, true, true, ""},
                          {{"fenced", "unfence"}, false, true, true, ""}}) {
    SiteSettings s = good();
    if (!wrong.databases) s.old_database = s.new_database = std::nullopt;
    s.fence = wrong.fence;
    s.promote = wrong.promote;
    s.hold_timeout = Millis{30000};
    for (const std::string& event : wrong.events) s.hooks.push_back({event, "/bin/true"});
    std::string said;
    for (const Problem& problem : check(s, {})) {
      EXPECT_TRUE(problem.fatal) << problem.text;
      said += problem.text + "\n";
    }
    EXPECT_EQ(said.empty(), wrong.says.empty()) << said;
    EXPECT_NE(said.find(wrong.says), std::string::npos) << said << wrong.says;
  }
}

TEST(Settings, NoFenceIsAWarning) {
  SiteSettings s = good();
  s.fence = false;
  ASSERT_EQ(check(s, {}).size(), 1U);
  EXPECT_FALSE(check(s, {}).front().fatal);
}

TEST(Settings, TheyReachTheCoordinatorAsTheyAre) {
  SiteSettings s = good();
  s.serve = Side::kNew;
  s.hooks = {{"aborted", "/bin/true"}};
  s.hook_timeout = Millis{900};
  s.local = {"/health"};
  s.remote = {"/.well-known/acme-challenge"};
  s.preview = "shop-preview";
  s.leave_behind = {"old_wiki", "blog@%"};
  s.probes = {{"/account", "/etc/shop.cookie", {"shop.conf", 12}}};
  s.proofs = {{"/basket", "/etc/basket.cookie", {"shop.conf", 13}}};
  s.proof_timeout = Millis{700};
  Front front;
  front.tls = true;
  front.tells_tls = true;
  front.host = "shop.example.com";
  front.port = 8443;
  front.aliases = {"www.shop.example.com"};
  s.fronts = {front};
  s.hold_problems = {"too few descriptors"};
  s.vhost_doubts = {"no Cutover"};
  s.page_control = true;
  s.reverse = false;
  s.max_lag = Millis{17};
  s.streams = {"/events", "text/event-stream"};
  s.stragglers_after = Millis{1000};
  const std::string sent = to_json(CoordinatorConfig{"/state", 33, 44, {s}});
  const CoordinatorConfig got = coordinator_config(sent);
  EXPECT_EQ(to_json(got), sent);
  EXPECT_EQ(got.sites.front().serve, Side::kNew);
  EXPECT_EQ(got.sites.front().max_lag, Millis{17});
  EXPECT_FALSE(got.sites.front().reverse);
  EXPECT_EQ(got.sites.front().leave_behind, s.leave_behind);
  EXPECT_EQ(got.sites.front().streams, s.streams);
  EXPECT_EQ(got.sites.front().preview, s.preview);
  EXPECT_EQ(got.sites.front().stragglers_after, s.stragglers_after);
  EXPECT_EQ(got.sites.front().probes.at(0).cookie_file, "/etc/shop.cookie");
  EXPECT_EQ(got.sites.front().probes.at(0).where.line, 12);
  EXPECT_EQ(got.sites.front().proofs.at(0).path, "/basket");
  EXPECT_EQ(got.sites.front().proof_timeout, Millis{700});
  EXPECT_EQ(got.sites.front().hook_timeout, Millis{900});
  EXPECT_EQ(got.sites.front().fronts.at(0).base(), "https://shop.example.com");
  EXPECT_EQ(got.sites.front().fronts.at(0).port, 8443);
  EXPECT_EQ(got.sites.front().fronts.at(0).aliases, front.aliases);
  EXPECT_TRUE(got.sites.front().fronts.at(0).tells_tls);
  EXPECT_EQ(got.sites.front().vhost_doubts, s.vhost_doubts);
  EXPECT_THROW(coordinator_config("{}"), std::runtime_error);
}

}  // namespace
}  // namespace cutover
