// SPDX-License-Identifier: Apache-2.0
// Who still comes by the old host: the sketch that workers write, the hours and the verdict.
#include "shared/figures/strays.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <memory>
#include <thread>

#include "mod_cutover/cutoverd/looks/stray_book.h"
#include "mod_cutover/wire/strays_json.h"
#include "tests/unit/temp_folder.h"

namespace cutover {
namespace {

using testing::HasSubstr;

constexpr std::int64_t kHour = 500'000;

Network net(unsigned a, unsigned b, unsigned c) {
  const unsigned char address[] = {static_cast<unsigned char>(a), static_cast<unsigned char>(b),
                                   static_cast<unsigned char>(c), 77};
  return network_of_v4(address);
}

std::unique_ptr<SiteStrays> none() { return std::unique_ptr<SiteStrays>(new SiteStrays()); }

StrayHour hour_of(std::int64_t number, std::uint64_t requests, int networks) {
  const auto strays = none();
  for (int i = 0; i < networks; ++i)
    count_stray(*strays, number, "shop.example.com",
                net(10, static_cast<unsigned>(i / 256), static_cast<unsigned>(i % 256)));
  StrayHour hour = copy_of(strays->banks[static_cast<std::size_t>(number) % 2]);
  hour.hour = number;
  hour.requests = requests;
  return hour;
}

TEST(Strays, AnAddressIsCutToItsNetwork) {
  EXPECT_EQ(text(net(192, 0, 2)), "192.0.2.0/24");
  const unsigned char six[16] = {0x20, 0x01, 0x0d, 0xb8, 0, 1, 9, 9, 9};
  EXPECT_EQ(text(network_of_v6(six)), "2001:db8:1::/48");
  const unsigned char mapped[16] = {0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff, 192, 0, 2, 8};
  EXPECT_EQ(network_of_v6(mapped), net(192, 0, 2));
  EXPECT_EQ(text(0), "unknown");
}

TEST(Strays, RequestsNamesAndNetworksAreCountedAndTheRestIsOnlyEstimated) {
  const auto strays = none();
  for (unsigned i = 0; i < 5000; ++i)
    count_stray(*strays, kHour, i % 4 == 0 ? "www.example.com" : "shop.example.com",
                net(10, i % 1000 / 250, i % 250));
  const StrayHour hour = copy_of(strays->banks[kHour % 2]);
  EXPECT_EQ(hour.requests, 5000U);
  EXPECT_EQ(hour.hosts.at("www.example.com"), 1250U);
  EXPECT_EQ(hour.networks.size(), kNetworksNamed);
  EXPECT_EQ(hour.networks.at(net(10, 0, 0)), 5U);
  EXPECT_NEAR(distinct(hour.registers), 1000, 150);
}

TEST(Strays, FewNetworksAreCountedNearlyExactlyAndManyWithinATenth) {
  for (const int networks : {1, 5, 40, 3000, 40'000}) {
    std::array<std::uint8_t, kRegisters> registers = hour_of(kHour, 1, networks).registers;
    EXPECT_NEAR(distinct(registers), networks, std::max(0.6, networks * 0.1));
  }
  EXPECT_EQ(distinct({}), 0);
}

TEST(Strays, ANewHourBeginsAtZeroAndTheOneBeforeStays) {
  const auto strays = none();
  count_stray(*strays, kHour, "a", net(1, 1, 1));
  count_stray(*strays, kHour + 1, "b", net(2, 2, 2));
  EXPECT_EQ(copy_of(strays->banks[kHour % 2]).hosts.at("a"), 1U);
  count_stray(*strays, kHour + 2, "c", net(3, 3, 3));
  const StrayHour hour = copy_of(strays->banks[kHour % 2]);
  EXPECT_EQ(hour.hour, kHour + 2);
  EXPECT_EQ(hour.requests, 1U);
  EXPECT_EQ(hour.hosts.size(), 1U);
}

TEST(Strays, WorkersThatCountAtOnceLoseNothing) {
  const auto strays = none();
  count_stray(*strays, kHour, "a", net(1, 1, 1));
  std::vector<std::thread> workers;
  for (int w = 0; w < 4; ++w)
    workers.emplace_back([&] {
      for (unsigned i = 0; i < 10'000; ++i)
        count_stray(*strays, kHour, i % 2 == 0 ? "a" : "b", net(1, 1, i % 30));
    });
  for (std::thread& worker : workers) worker.join();
  const StrayHour hour = copy_of(strays->banks[kHour % 2]);
  EXPECT_EQ(hour.requests, 40'001U);
  EXPECT_EQ(hour.hosts.at("a") + hour.hosts.at("b"), 40'001U);
  EXPECT_EQ(hour.networks.size(), 30U);
}

TEST(Strays, ADayIsComparedWithTheOneBefore) {
  Strays strays;
  for (int i = 0; i < 48; ++i) strays.learn(hour_of(kHour - i, i < 24 ? 50 : 200, 3));
  const StrayReport report = strays.report(kHour);
  EXPECT_EQ(report.requests_day, 1200U);
  EXPECT_NEAR(report.networks_day, 3, 0.1);
  EXPECT_NEAR(report.half_life_hours.value_or(-1), 12, 0.01);
  EXPECT_EQ(report.verdict,
            "1200 requests from about 3 networks in the last 24 h, falling by half every 12 h");
  EXPECT_EQ(report.hours.size(), 48U);
}

TEST(Strays, TheVerdictIsCarefulBeforeTwoDaysAreOverAndWhereItDoesNotFall) {
  Strays young;
  young.learn(hour_of(kHour, 1, 1));
  EXPECT_EQ(young.report(kHour).verdict,
            "1 request from about 1 network in the last 24 h; the trend shows after two days");
  Strays silent;
  silent.learn(hour_of(kHour, 0, 0));
  EXPECT_THAT(silent.report(kHour).verdict, HasSubstr("look again in a day"));
  Strays steady;
  for (int i = 0; i < 48; ++i) steady.learn(hour_of(kHour - i, 10, 1));
  EXPECT_THAT(steady.report(kHour).verdict, HasSubstr("no fewer than the day before (240)"));
  Strays over;
  for (int i = 0; i < 48; ++i) over.learn(hour_of(kHour - i, i < 24 ? 0 : 10, 1));
  EXPECT_THAT(over.report(kHour).verdict, HasSubstr("may be turned off"));
}

TEST(Strays, AnHourAndAReportReadBackAreTheSame) {
  const StrayHour hour = hour_of(kHour, 77, 5);
  EXPECT_EQ(to_json(stray_hour_from(to_json(hour))), to_json(hour));
  Strays strays;
  strays.learn(hour);
  const StrayReport report = strays.report(kHour);
  EXPECT_EQ(to_json(stray_report_from(to_json(report))), to_json(report));
  nlohmann::json cut = to_json(hour);
  cut["registers"] = "00";
  EXPECT_THROW(stray_hour_from(cut), nlohmann::json::exception);
}

TEST(Strays, TheBookWritesAnHourDownWhenItIsOverAndFindsItAgain) {
  TempFolder folder;
  const std::string path = folder / "shop.strays";
  const auto strays = none();
  {
    StrayBook book(path, "shop");
    count_stray(*strays, kHour, "a", net(1, 1, 1));
    book.learn(*strays, true, kHour);
    EXPECT_EQ(book.report(kHour).requests_day, 1U);
    book.learn(*strays, true, kHour + 1);
    book.learn(*strays, true, kHour + 1);
  }
  std::ofstream(path, std::ios::app) << "{\"hour\":1,\"req";  // a crash in the middle of a line
  const StrayBook again(path, "shop");
  EXPECT_EQ(again.report(kHour + 1).requests_day, 1U);
  std::ifstream file(path);
  int lines = 0;
  for (std::string line; std::getline(file, line);) ++lines;
  EXPECT_EQ(lines, 2) << "one hour, written once, and the torn line";
}

// Who comes after a restart asks of a day of which the coordinator saw the half before it.
TEST(Strays, TheBookFindsHoursAgainInWhichNobodyCame) {
  TempFolder folder;
  const std::string path = folder / "shop.strays";
  const auto strays = none();
  {
    StrayBook book(path, "shop");
    book.learn(*strays, false, kHour - 4);  // old served
    for (int i = 3; i >= 0; --i) book.learn(*strays, true, kHour - i);
  }
  EXPECT_EQ(StrayBook(path, "shop").report(kHour).hours.size(), 3U) << "this one is not over";
}

TEST(Strays, AnHourThatIsNotOverWhenHttpdStopsIsWrittenDownSoFar) {
  TempFolder folder;
  const std::string path = folder / "shop.strays";
  {
    const auto strays = none();
    StrayBook book(path, "shop");
    count_stray(*strays, kHour, "a", net(1, 1, 1));
    book.learn(*strays, true, kHour);
    book.leave(*strays);
  }
  StrayBook again(path, "shop");
  EXPECT_EQ(again.report(kHour).requests_day, 1U);
  const auto strays = none();  // as httpd's start makes it
  for (int i = 0; i < 3; ++i) count_stray(*strays, kHour, "a", net(1, 1, 1));
  again.learn(*strays, true, kHour);
  again.learn(*strays, true, kHour + 1);
  EXPECT_EQ(StrayBook(path, "shop").report(kHour + 1).requests_day, 3U) << "and as a whole later";
}

// Ten days in which old served `before` an hour, then the switch, and `now` an hour.
Strays switched_five_hours_ago(std::uint64_t before, std::uint64_t now) {
  Strays strays;
  for (int i = 6; i < 240; ++i) strays.learn_served(kHour - i, before);
  for (int i = 0; i < 6; ++i) strays.learn(hour_of(kHour - i, i == 5 ? 0 : now, 1));
  return strays;
}

TEST(Strays, TheLastWholeHoursAreComparedWithTheSameHoursBeforeTheSwitch) {
  const auto fall = switched_five_hours_ago(1000, 200).fall(kHour);
  ASSERT_TRUE(fall);
  EXPECT_EQ(fall->now, 600U);
  EXPECT_NEAR(fall->before, 3000, 0.01);
  EXPECT_TRUE(fall->is_far());
  EXPECT_FALSE(switched_five_hours_ago(1000, 300).fall(kHour)->is_far());
  EXPECT_FALSE(switched_five_hours_ago(30, 0).fall(kHour)->is_far()) << "too few to tell";
  EXPECT_FALSE(switched_five_hours_ago(1000, 200).fall(kHour - 2)) << "the hour of the switch";
  Strays at_night = switched_five_hours_ago(1000, 20);
  for (int day = 1; day < 10; ++day)
    for (int i = 1; i < 4; ++i) at_night.learn_served(kHour - 24 * day - i, 40);
  EXPECT_FALSE(at_night.fall(kHour)->is_far());
  Strays unknown;
  for (int i = 0; i < 6; ++i) unknown.learn(hour_of(kHour - i, 1, 1));
  EXPECT_FALSE(unknown.fall(kHour));
}

TEST(Strays, TheBookKeepsWhatOldServedInWholeHours) {
  TempFolder folder;
  const std::string path = folder / "shop.strays";
  const auto strays = none();
  {
    StrayBook book(path, "shop");
    for (unsigned i = 0; i < 6; ++i) book.count_served(true, 1000U * i, kHour - 28 + i);
    for (int i = 4; i >= 0; --i) {
      count_stray(*strays, kHour - i, "a", net(1, 1, 1));
      book.count_served(false, 9000, kHour - i);
      book.learn(*strays, true, kHour - i);
    }
    EXPECT_TRUE(book.fall(kHour));
  }
  std::ofstream(path, std::ios::app) << "{\"hour\":-1,\"served\":5}\n{\"hour\":1,\"served\":-5}\n";
  const auto fall = StrayBook(path, "shop").fall(kHour);
  ASSERT_TRUE(fall);
  EXPECT_EQ(fall->now, 3U);
  EXPECT_NEAR(fall->before, 3000, 0.01);
}

TEST(Strays, AnHourInWhichTheCoordinatorCameIsNotWhole) {
  TempFolder folder;
  const auto strays = none();
  for (const unsigned began : {28U, 27U}) {
    StrayBook book(folder / std::to_string(began), "shop");
    for (unsigned hour = began; hour >= 23; --hour)
      book.count_served(true, 1000U * (began - hour), kHour - hour);
    for (int i = 4; i >= 0; --i) book.learn(*strays, true, kHour - i);
    EXPECT_EQ(book.fall(kHour).has_value(), began == 28U);
  }
}

}  // namespace
}  // namespace cutover
