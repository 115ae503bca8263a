// SPDX-License-Identifier: Apache-2.0
// The page and its data, with and without a coordinator.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "mod_cutover/wire/json.h"
#include "shared/figures/snapshot.h"
#include "tests/harness/build_paths.h"
#include "tests/harness/process.h"
#include "tests/harness/temp_dir.h"
#include "tests/httpd/connection.h"
#include "tests/httpd/rig.h"

namespace cutover::test {
namespace {

using harness::HttpHeaders;
using nlohmann::json;
using testing::AllOf;
using testing::HasSubstr;
using testing::Not;

TEST(Page, ShowsWhatSharedMemoryKnowsWhenNoCoordinatorAnswers) {
  Rig rig;
  rig.start();
  EXPECT_EQ(rig.ask(), "old");
  HttpClient admin = rig.admin();
  const HttpResponse page = admin.get("/cutover/");
  EXPECT_EQ(page.status, 200);
  EXPECT_THAT(page.body, AllOf(HasSubstr("No coordinator answers"), HasSubstr("old serves"),
                               HasSubstr("closed"), Not(HasSubstr("<form"))));
  const json status = json::parse(admin.get("/cutover/status.json").body);
  EXPECT_TRUE(status.at("pid").is_null());
  const json& site = status.at("sites").at(0);
  EXPECT_EQ(site.at("site"), "shop");
  EXPECT_EQ(site.at("side"), "old");
  EXPECT_EQ(site.at("requests").at("old"), 1);
  EXPECT_FALSE(site.at("gate").at("open"));
  EXPECT_FALSE(site.at("gate").at("reasons").empty());
  EXPECT_TRUE(site.at("lag_ms").is_null()) << "unknown is never 0";
}

TEST(Page, EveryFigureIsThereFromTheStartInEveryRendering) {
  Rig rig;
  rig.start();
  HttpClient admin = rig.admin();
  const HttpResponse metrics = admin.get("/cutover/metrics");
  EXPECT_THAT(metrics.header("content-type"), HasSubstr("version=0.0.4"));
  EXPECT_THAT(metrics.body, HasSubstr("cutover_coordinator_up 0"));
  const std::string automatic = admin.get("/cutover/?auto").body;
  for (const Figure& figure : figures()) {
    EXPECT_THAT(metrics.body,
                HasSubstr("cutover_" + std::string(figure.metric) + "{site=\"shop\"} "));
    EXPECT_THAT(automatic, HasSubstr("Cutover.shop." + std::string(figure.key) + ": "));
  }
  EXPECT_THAT(automatic, HasSubstr("Cutover.shop.lag_ms: unknown\n"));
}

TEST(Page, PrometheusOwnCheckerFindsNothingWrongWithTheMetrics) {
  Rig rig;
  rig.start();
  const harness::TempDir dir("metrics");
  harness::write_file(dir / "text", rig.admin().get("/cutover/metrics").body);
  const std::string promtool = harness::cache_dir() / "promtool";
  const auto checked = harness::run(
      {"sh", "-c", "'" + promtool + "' check metrics <'" + (dir / "text").string() + "'"});
  EXPECT_EQ(checked.exit_code, 0) << checked.output;
  EXPECT_EQ(checked.output, "");
}

TEST(Page, ModStatusHasASection) {
  RigOptions options;
  options.server = "<Location /server-status>\nSetHandler server-status\n</Location>";
  Rig rig(options);
  rig.start();
  EXPECT_THAT(rig.admin().get("/server-status").body,
              AllOf(HasSubstr("<h2>Cutover</h2>"), HasSubstr("shop: old serves")));
  EXPECT_THAT(rig.admin().get("/server-status?auto").body, HasSubstr("Cutover.shop.side: old\n"));
}

TEST(Page, IsItsOwnAndLoadsNothingFromElsewhere) {
  Rig rig;
  rig.start();
  HttpClient admin = rig.admin();
  EXPECT_EQ(admin.get("/cutover").header("location"), "/cutover/");
  for (const char* path : {"/cutover/", "/cutover/status.json", "/cutover/nothing"}) {
    const HttpResponse r = admin.get(path);
    EXPECT_THAT(r.header("content-security-policy"), HasSubstr("default-src 'none'")) << path;
    EXPECT_THAT(r.header("content-security-policy"), Not(HasSubstr("unsafe"))) << path;
    EXPECT_EQ(r.header("x-content-type-options"), "nosniff") << path;
  }
  EXPECT_EQ(admin.get("/cutover/nothing").status, 404);
  const std::string page = admin.get("/cutover/").body;
  EXPECT_THAT(page, Not(HasSubstr("<style")));
  EXPECT_THAT(page, Not(HasSubstr("style=")));
  EXPECT_THAT(page, Not(testing::ContainsRegex("[[:space:]]on[a-z]+=")));
  EXPECT_THAT(page, HasSubstr("href=\"/cutover/style.css\""));
  EXPECT_THAT(admin.get("/cutover/style.css").header("content-type"), HasSubstr("text/css"));
}

std::vector<std::string> files_of(const std::string& page) {
  std::vector<std::string> files;
  for (const std::string mark : {"<script src=\"", "<script type=\"module\" src=\"",
                                 "rel=\"stylesheet\" href=\"", "rel=\"icon\" href=\""})
    for (auto at = page.find(mark); at != std::string::npos; at = page.find(mark, at + 1))
      files.push_back(
          page.substr(at + mark.size(), page.find('"', at + mark.size()) - at - mark.size()));
  return files;
}

TEST(Page, ItsFilesAreAskedForAgainAndSentOnceOnly) {
  Rig rig;
  rig.start();
  HttpClient admin = rig.admin();
  const std::string page = admin.get("/cutover/").body;
  std::size_t scripts = 0;
  for (auto at = page.find("<script"); at != std::string::npos; at = page.find("<script", at + 1))
    ++scripts;
  const std::vector<std::string> files = files_of(page);
  EXPECT_EQ(scripts, 2U);
  EXPECT_EQ(files.size(), 5U) << page << "every script has a source, and no other";
  for (const std::string& file : files) {
    EXPECT_TRUE(file.starts_with("/cutover/")) << file;
    const HttpResponse whole = admin.get(file);
    EXPECT_EQ(whole.status, 200) << file;
    EXPECT_FALSE(whole.body.empty()) << file;
    EXPECT_EQ(whole.header("cache-control"), "no-cache") << file;
    EXPECT_EQ(whole.header("x-content-type-options"), "nosniff") << file;
    // Of an answer without a body this client waits for the end of the connection.
    const HttpResponse same =
        admin.get(file, {{"If-None-Match", whole.header("etag")}, {"Connection", "close"}});
    EXPECT_EQ(same.status, 304) << file;
    EXPECT_EQ(admin.get(file, {{"If-None-Match", "\"0\""}}).status, 200) << file;
  }
}

TEST(Page, ASiteWithoutDatabasesShowsNoPhaseOfTheirs) {
  Rig rig;
  rig.start();
  const std::string page = rig.admin().get("/cutover/").body;
  EXPECT_THAT(page,
              AllOf(HasSubstr("data-step=\"draining\""), HasSubstr("data-step=\"releasing\"")));
  EXPECT_THAT(page, Not(HasSubstr("data-step=\"fencing\"")));
  EXPECT_THAT(page, HasSubstr("data-chart=\"lag\" data-when=\"databases\" hidden"));
}

TEST(Page, ReadsAnswerGetAndHeadAlone) {
  Rig rig;
  rig.start();
  for (const char* path : {"/cutover/", "/cutover/status.json", "/cutover/metrics"}) {
    const HttpResponse posted = rig.admin().post(path, {{"a", "b"}});
    EXPECT_EQ(posted.status, 405) << path;
    EXPECT_THAT(posted.header("allow"), AllOf(HasSubstr("GET"), Not(HasSubstr("POST")))) << path;
  }
  Connection head(rig.admin_port());
  head.send("HEAD /cutover/ HTTP/1.1\r\nHost: admin.example.com\r\nConnection: close\r\n\r\n");
  EXPECT_THAT(head.read_all(), AllOf(HasSubstr("200 OK"), Not(HasSubstr("<html"))));
}

}  // namespace
}  // namespace cutover::test
