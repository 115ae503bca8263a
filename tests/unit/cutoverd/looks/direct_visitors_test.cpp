// SPDX-License-Identifier: Apache-2.0
// Who comes straight to the new host: by DNS, and by what is written while this host passes nothing
// on.
#include "mod_cutover/cutoverd/looks/direct_visitors.h"

#include <gmock/gmock.h>

#include "tests/unit/fakes/desk_on_fakes.h"

namespace cutover {
namespace {

using namespace std::chrono_literals;
using testing::AllOf;
using testing::HasSubstr;
using testing::Not;

// 192.0.2.1 is this machine.
class FakeNames : public NameServer {
 public:
  std::map<std::string, NameEntry> entries;
  std::string silent;  // why nobody answers
  int asked = 0;

  Reading<NameEntry> look_up(const std::string& name) override {
    ++asked;
    if (!silent.empty()) return {std::nullopt, silent};
    return {entries[name], ""};
  }
  bool is_here(const std::string& address) override { return address == "192.0.2.1"; }
};

struct Direct : DeskOnFakes {
  Direct() {
    start_on_new();
    settings.new_host = "http://192.0.2.2:8080/shop";
    settings.fronts.resize(1);
    settings.fronts[0].host = "shop.example.se:8443";
    settings.fronts[0].aliases = {"www.shop.example.se", "shop.test", "localhost", "192.0.2.9"};
    names.entries["192.0.2.2"] = {{"192.0.2.2"}, 0};
    dns("shop.example.se", {"192.0.2.1"});
    dns("www.shop.example.se", {"192.0.2.1"});
    direct.look(Side::kOld, store.counts(), "0.0");
  }

  void dns(const std::string& name, const std::vector<std::string>& addresses) {
    names.entries[name] = {addresses, 300};
  }
  // Ticks for so long; before each of them something may happen.
  void ticks(Nanos time, const std::function<void()>& before = {}) {
    for (Nanos passed{0}; passed < time; passed += 100ms) {
      clock.sleep(100ms);
      const Counts counts = store.counts();
      if (before) before();
      look(counts);
    }
  }
  void look(const Counts& before) {
    direct.look(Side::kNew, before, replication.position(Side::kNew).value.value_or(""));
  }
  void write() { pair.write(Side::kNew); }
  // As this host's workers count a request that they pass on.
  void pass_one_on() { ++slots[0].sites[0].served[1]; }
  std::string written() const { return direct.seen(); }

  FakeNames names;
  DirectVisitors direct{{settings, &replication, &names, store, clock}};
};

constexpr const char* kWritten = "written to while this host passed nothing on";

TEST(DirectVisitors, WhoWritesWhileThisHostPassesNothingOnIsSeen) {
  Direct site;
  site.ticks(5s);
  EXPECT_EQ(site.written(), "");
  EXPECT_EQ(site.direct.check().verdict, CheckVerdict::kPass);
  site.ticks(5s, [&] { site.write(); });
  EXPECT_THAT(site.written(), HasSubstr(kWritten));
  const Check check = site.direct.check();
  EXPECT_EQ(check.verdict, CheckVerdict::kBlock);
  EXPECT_THAT(check.remedy, AllOf(HasSubstr("1290"), HasSubstr("--despite-direct-visitors")));
}

TEST(DirectVisitors, WhatComesByThisHostIsNoneOfTheirs) {
  Direct busy;
  busy.ticks(10s, [&] {
    busy.pass_one_on();
    busy.write();
  });
  EXPECT_EQ(busy.written(), "");
  // A request that is long in flight, one that comes between the two readings, and what one leaves
  // to be done after its answer.
  Direct slow;
  slow.slots[0].sites[0].in_flight = 1;
  slow.ticks(10s, [&] { slow.write(); });
  EXPECT_EQ(slow.written(), "");
  Direct later;
  for (int i = 0; i < 5; ++i) {
    later.ticks(100ms, [&] { later.pass_one_on(); });
    later.ticks(4900ms, [&] { later.write(); });
    later.ticks(10s);
  }
  EXPECT_EQ(later.written(), "");
  later.ticks(2s, [&] { later.write(); });
  EXPECT_NE(later.written(), "");
}

TEST(DirectVisitors, ACoordinatorThatHasJustStartedDoesNotKnowWhatWentBefore) {
  Direct site;
  DirectVisitors young{{site.settings, &site.replication, nullptr, site.store, site.clock}};
  const auto written = [&](Nanos time) {
    for (Nanos passed{0}; passed < time; passed += 100ms) {
      young.look(Side::kNew, site.store.counts(), *site.replication.position(Side::kNew));
      site.clock.sleep(100ms);
      site.write();
    }
    return young.seen();
  };
  EXPECT_EQ(written(5s), "");
  EXPECT_NE(written(3s), "");
}

TEST(DirectVisitors, OnePieceOfWorkIsNobodyYetAndAnOldOneIsForgotten) {
  Direct site;
  site.ticks(3s);
  site.ticks(500ms, [&] { site.write(); });
  EXPECT_EQ(site.written(), "");
  site.ticks(3s);
  site.ticks(100ms, [&] { site.write(); });
  EXPECT_THAT(site.written(), HasSubstr(kWritten));
  site.ticks(299s);
  EXPECT_EQ(site.written(), "");
}

TEST(DirectVisitors, WritesWithoutRowsAreNobodys) {
  Direct site;
  site.pair.of(Side::kNew).without_rows = true;
  site.ticks(10s, [&] { site.write(); });
  EXPECT_EQ(site.written(), "");
}

TEST(DirectVisitors, BackOnOldEverythingIsForgotten) {
  Direct site;
  site.dns("shop.example.se", {"192.0.2.2"});
  site.ticks(301s, [&] { site.write(); });
  EXPECT_THAT(site.written(), AllOf(HasSubstr("DNS leads"), HasSubstr(kWritten)));
  site.dns("shop.example.se", {"192.0.2.1"});
  site.direct.look(Side::kOld, site.store.counts(), "0.0");
  EXPECT_EQ(site.written(), "");
  site.ticks(200ms, [&] { site.write(); });
  EXPECT_EQ(site.written(), "") << "what was written meanwhile is not told from visitors of ours";
}

TEST(DirectVisitors, ANameThatLeadsToTheNewHostIsToldWithItsTtl) {
  Direct site;
  site.dns("www.shop.example.se", {"192.0.2.1", "192.0.2.2"});
  site.ticks(290s);
  EXPECT_EQ(site.names.asked, 0);
  site.ticks(11s);
  EXPECT_EQ(site.direct.seen(), "DNS leads to the new host for www.shop.example.se (TTL 300 s)");
  EXPECT_EQ(site.direct.check().verdict, CheckVerdict::kBlock);
  site.dns("www.shop.example.se", {"192.0.2.1"});
  const int asked = site.names.asked;
  site.ticks(290s);
  EXPECT_EQ(site.names.asked, asked) << "not at each tick";
  EXPECT_NE(site.direct.seen(), "");
  const Check check = site.direct.check();
  EXPECT_EQ(check.verdict, CheckVerdict::kPass) << "asked at once";
  EXPECT_THAT(check.seen, HasSubstr("leads here for shop.example.se, www.shop.example.se"));
  EXPECT_EQ(site.direct.seen(), "");
}

TEST(DirectVisitors, AnAddressOfNeitherAndAResolverThatIsSilentAreWarnings) {
  Direct site;
  site.dns("shop.example.se", {"203.0.113.7"});
  Check check = site.direct.check();
  EXPECT_EQ(check.verdict, CheckVerdict::kWarn);
  EXPECT_THAT(check.seen, HasSubstr("shop.example.se (203.0.113.7, TTL 300 s)"));
  site.names.silent = "no name server answers";
  const int asked = site.names.asked;
  check = site.direct.check();
  EXPECT_EQ(check.verdict, CheckVerdict::kWarn);
  EXPECT_THAT(check.seen, HasSubstr("no name server answers"));
  EXPECT_EQ(site.names.asked, asked + 1) << "each would cost as much";
}

TEST(DirectVisitors, NamesThatDnsCannotHaveAreNotAskedForNorTheNewHostOnThisMachineToldApart) {
  Direct site;
  site.settings.fronts[0] = {};
  site.settings.fronts[0].host = "[2001:db8::1]";
  site.settings.fronts[0].aliases = {"shop", "shop.test", "www.example.com", "192.0.2.9"};
  EXPECT_EQ(site.direct.check().verdict, CheckVerdict::kPass);
  EXPECT_EQ(site.names.asked, 0);
  Direct one_machine;
  one_machine.settings.new_host = "http://192.0.2.1:8081";
  one_machine.names.entries["192.0.2.1"] = {{"192.0.2.1"}, 0};
  EXPECT_EQ(one_machine.direct.check().verdict, CheckVerdict::kPass);
}

TEST(DirectVisitors, WhatStandsBeforeTheSiteIsKnownWhileOldServes) {
  Direct site;
  EXPECT_EQ(site.direct.led_elsewhere()->size(), 0U);
  site.dns("shop.example.se", {"203.0.113.7"});
  EXPECT_THAT(site.direct.led_elsewhere()->at(0), HasSubstr("shop.example.se (203.0.113.7"));
  site.names.silent = "no name server answers";
  EXPECT_EQ(site.direct.led_elsewhere().error, "no name server answers");
}

TEST(DirectVisitors, WhereDnsDoesNotTellFewWhoStillComeByThisHostDo) {
  Direct site;
  constexpr std::int64_t kHours = 500'000;
  site.clock.sleep(std::chrono::hours(kHours));
  StrayBook book(site.folder / "shop.strays", "shop");
  const auto strays = std::unique_ptr<SiteStrays>(new SiteStrays());
  for (unsigned i = 0; i < 7; ++i) book.count_served(true, 1000U * i, kHours - 28 + i);
  for (int i = 4; i >= 0; --i) book.learn(*strays, true, kHours - i);
  DirectVisitors direct{
      {site.settings, &site.replication, &site.names, site.store, site.clock, &book}};
  EXPECT_EQ(direct.check().verdict, CheckVerdict::kPass) << "DNS leads here";
  for (const char* name : {"shop.example.se", "www.shop.example.se"})
    site.dns(name, {"203.0.113.7"});
  const Check check = direct.check();
  EXPECT_EQ(check.verdict, CheckVerdict::kBlock);
  EXPECT_THAT(check.seen, HasSubstr("passed on 0 requests in the last three whole hours, and "
                                    "served about 3000 in the same hours before the switch"));
}

}  // namespace
}  // namespace cutover
