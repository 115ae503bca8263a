// SPDX-License-Identifier: Apache-2.0
// The harness's httpd: every MPM starts, reloads and stops, and its problems are seen.
#include "tests/harness/httpd.h"

#include <gtest/gtest.h>

#include "tests/harness/eventually.h"
#include "tests/harness/http_client.h"
#include "tests/harness/ports.h"
#include "tests/harness/problems.h"
#include "tests/harness/signals.h"

namespace cutover::harness {
namespace {

class HttpdOfEveryMpm : public testing::TestWithParam<Mpm> {};

TEST_P(HttpdOfEveryMpm, ServesAndReloadsAndStops) {
  std::uint16_t port = free_port();
  HttpdConf conf;
  conf.mpm(GetParam()).workers(1, 4).listen(port);
  Httpd httpd(conf);
  write_file(httpd.htdocs() / "hello.txt", "hello");
  EXPECT_EQ(httpd.configtest().exit_code, 0);
  httpd.start();
  EXPECT_EQ(HttpClient("127.0.0.1", port).get("/hello.txt").body, "hello");
  EXPECT_FALSE(httpd.children().empty());

  httpd.conf().load({"alias"}).add("Redirect /old /new");
  httpd.write_conf();
  httpd.graceful();
  EXPECT_TRUE(eventually([&] { return HttpClient("127.0.0.1", port).get("/old").status == 302; }));
  httpd.restart();
  EXPECT_EQ(HttpClient("127.0.0.1", port).get("/hello.txt").status, 200);
  EXPECT_EQ(httpd.stop(), 0);
}

INSTANTIATE_TEST_SUITE_P(All, HttpdOfEveryMpm,
                         testing::Values(Mpm::kEvent, Mpm::kWorker, Mpm::kPrefork));

TEST(Httpd, ABadConfigurationIsSaidWithItsLine) {
  HttpdConf conf;
  conf.listen(free_port()).add("NoSuchDirective On");
  Httpd httpd(conf);
  Finished tested = httpd.configtest();
  EXPECT_NE(tested.exit_code, 0);
  EXPECT_NE(tested.output.find("NoSuchDirective"), std::string::npos);
  EXPECT_THROW(httpd.start(), std::runtime_error);
  EXPECT_NE(httpd.start_expecting_failure().exit_code, 0);
}

TEST(Httpd, AKilledParentLeavesNoChildBehind) {
  std::uint16_t port = free_port();
  {
    HttpdConf conf;
    conf.listen(port);
    Httpd httpd(conf);
    httpd.start();
    httpd.kill_parent();
    EXPECT_TRUE(accepts_connections("127.0.0.1", port));
  }
  EXPECT_TRUE(eventually([&] { return !accepts_connections("127.0.0.1", port); }));
}

TEST(Httpd, ACrashedChildIsReportedUnlessTheTestExpectedIt) {
  std::vector<std::string> problems;
  for (bool expected : {false, true}) {
    HttpdConf conf;
    conf.listen(free_port());
    Httpd httpd(conf);
    httpd.start();
    if (expected) httpd.expect_crashes();
    on_problem([&](const std::string& problem) { problems.push_back(problem); });
    harness::signal_to(httpd.children().at(0), SIGSEGV);
    EXPECT_TRUE(httpd.logs("exit signal"));
  }
  on_problem([](const std::string& problem) { ADD_FAILURE() << problem; });
  EXPECT_EQ(problems.size(), 1U);
}

}  // namespace
}  // namespace cutover::harness
