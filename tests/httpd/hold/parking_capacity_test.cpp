// SPDX-License-Identifier: Apache-2.0
// What does not fit the hold limit is said at the start, with the value that would; and with that
// value nothing is said any more.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstdlib>

#include "tests/httpd/conf.h"
#include "tests/httpd/parking.h"

namespace cutover::test {
namespace {

using harness::Mpm;
using testing::HasSubstr;
using testing::Not;

// What an httpd of one child with four threads says when it starts.
std::string log_with(const std::string& site, const std::string& server = "") {
  Conf conf;
  conf.site(site).vhost().add(server);
  Httpd httpd(conf.httpd());
  httpd.start();
  return httpd.error_log();
}

// The number that the log asks for.
std::string asked_for(const std::string& log, const std::string& words) {
  const auto at = log.find(words);
  EXPECT_NE(at, std::string::npos) << log;
  if (at == std::string::npos) return "0";
  return std::to_string(std::atol(log.c_str() + at + words.size()));
}

TEST(HoldCapacity, AsyncRequestWorkerFactor) {
  const std::string site = "CutoverHoldLimit 100";
  const std::string log = log_with(site);
  EXPECT_THAT(log, HasSubstr("cutover:warn"));
  EXPECT_THAT(log, testing::ContainsRegex("httpd.conf line [0-9]+: site shop: CutoverHoldLimit 100 "
                                          "is more than the 2 connections that may wait"));
  const std::string factor = asked_for(log, "set AsyncRequestWorkerFactor ");
  EXPECT_EQ(factor, "100");
  EXPECT_THAT(log_with(site, "AsyncRequestWorkerFactor " + factor),
              Not(HasSubstr("CutoverHoldLimit")));
}

TEST(HoldCapacity, TheDefaultLimitIsOnlyNoted) {
  const std::string log = log_with("");
  EXPECT_THAT(log, HasSubstr("site shop: CutoverHoldLimit 10000 is more than"));
  EXPECT_THAT(log, Not(HasSubstr("cutover:warn")));
}

TEST(HoldCapacity, Descriptors) {
  Conf conf;
  conf.site("CutoverHoldLimit 200").vhost().add("AsyncRequestWorkerFactor 200");
  Httpd httpd(conf.httpd());
  httpd.start();
  EXPECT_THAT(httpd.error_log(), Not(HasSubstr("CutoverHoldLimit")));
  limit_descriptors(httpd, 300);
  const std::string log = httpd.error_log();
  EXPECT_THAT(log, HasSubstr("children can hold with 300 descriptors each"));
  const std::string enough = asked_for(log, "set ulimit -n (systemd: LimitNOFILE) to ");
  EXPECT_GT(std::stoul(enough), 400U);
  limit_descriptors(httpd, std::stoul(enough));
  EXPECT_THAT(httpd.error_log().substr(log.size()), Not(HasSubstr("CutoverHoldLimit")));
}

TEST(HoldCapacity, ThreadsWhereNobodyCanPark) {
  for (const Mpm mpm : {Mpm::kWorker, Mpm::kPrefork}) {
    const auto log_of = [&](unsigned workers) {
      Conf conf;
      conf.site("CutoverHoldLimit 20").vhost();
      conf.httpd().mpm(mpm).workers((workers + 3) / 4, 4);
      Httpd httpd(conf.httpd());
      httpd.start();
      return httpd.error_log();
    };
    const std::string log = log_of(8);
    EXPECT_THAT(log, HasSubstr("that may wait in their threads (MaxRequestWorkers 8"));
    EXPECT_THAT(log, HasSubstr("event MPM of httpd 2.4.63"));
    const std::string enough = asked_for(log, "set MaxRequestWorkers ");
    EXPECT_THAT(log_of(static_cast<unsigned>(std::stoul(enough))),
                Not(HasSubstr("CutoverHoldLimit")));
  }
}

}  // namespace
}  // namespace cutover::test
