// SPDX-License-Identifier: Apache-2.0
// Beside Phusion Passenger, which runs the application of the old host inside of its httpd.
// `make test-passenger`; CUTOVER_MOVES=20: so many moves by graceful instead of four.
#include "tests/passenger/passenger.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <array>
#include <atomic>
#include <cstdlib>
#include <thread>

#include "tests/harness/build_paths.h"
#include "tests/harness/eventually.h"
#include "tests/harness/http_client.h"
#include "tests/harness/httpd.h"
#include "tests/harness/ports.h"

namespace cutover::test {
namespace {

using namespace std::chrono_literals;
using harness::Httpd;
using harness::HttpdConf;
using harness::write_file;
using testing::HasSubstr;

enum class Loaded { kBeforeProxy, kAfterProxy };

// An old host with a Rack application, and a new one with a file.
class Hosts {
 public:
  Hosts(const std::string& settings, Loaded loaded, const std::string& start = "")
      : settings_(settings), loaded_(loaded), new_(new_conf()), old_(old_conf("")) {
    write_file(new_.htdocs() / "index.html", "new\n");
    for (const char* folder : {"app/public", "app/tmp", "registry"})
      std::filesystem::create_directories(dir_ / folder);
    write_file(dir_ / "app/config.ru",
               start + "\nrun ->(env) { [200, {'Content-Type' => 'text/plain'}, [\"old\\n\"]] }\n");
    std::filesystem::permissions(dir_.path(), std::filesystem::perms::others_exec,
                                 std::filesystem::perm_options::add);
    old_.write_conf();
    new_.start();
    old_.start();
    EXPECT_TRUE(harness::eventually([this] { return ask() == "old\n"; }, 60s)) << ask();
  }

  std::string ask() const {
    const auto answer = harness::HttpClient("127.0.0.1", port_).get("/");
    return answer.status == 200 ? answer.body : std::to_string(answer.status);
  }
  harness::HttpResponse page() const {
    return harness::HttpClient("127.0.0.1", port_).get("/cutover/status.json");
  }
  harness::Finished cutoverctl(const std::string& verb) const {
    return harness::run({harness::product("cutoverctl"), "--state-dir", at("state"), verb, "shop"});
  }
  void serve(const std::string& side) {
    old_.conf() = old_conf("CutoverServe " + side);
    old_.write_conf();
    old_.graceful();
  }
  const Httpd& old_host() const { return old_; }

 private:
  HttpdConf new_conf() const {
    HttpdConf conf;
    conf.load({"dir"}).listen(new_port_).add("DirectoryIndex index.html");
    return conf;
  }
  std::string at(const char* name) const { return (dir_.path() / name).string(); }
  HttpdConf old_conf(const std::string& more) const {
    HttpdConf conf;
    if (loaded_ == Loaded::kBeforeProxy) load_passenger(conf);
    for (const char* module : {"proxy", "proxy_http"})
      conf.load_file(std::string(module) + "_module",
                     harness::httpd_modules() / ("mod_" + std::string(module) + ".so"));
    conf.load_file("cutover_module", harness::product("mod_cutover.so"));
    if (loaded_ == Loaded::kAfterProxy) load_passenger(conf);
    conf.add(passenger_settings(at("registry")) + "CutoverStateDir " + at("state") +
             "\n<CutoverSite shop>\nCutoverNewHost http://127.0.0.1:" + std::to_string(new_port_) +
             "\n" + more + "\n</CutoverSite>");
    conf.vhost(port_, "Cutover shop\n" + settings_ + "\nDocumentRoot " + at("app/public") +
                          "\n<Directory " + at("app/public") +
                          ">\nRequire all granted\n</Directory>\n"
                          "<Location /cutover>\nSetHandler cutover\nRequire local\n</Location>");
    return conf;
  }

  harness::TempDir dir_{"passenger"};
  const std::uint16_t port_ = harness::free_port(), new_port_ = harness::free_port();
  const std::string settings_;
  const Loaded loaded_;
  Httpd new_, old_;
};

class Passenger : public testing::TestWithParam<std::tuple<const char*, Loaded>> {};

TEST_P(Passenger, AnswersNobodyWhoIsTheNewHosts) {
  const auto [high_performance, loaded] = GetParam();
  const Hosts hosts(std::string("PassengerHighPerformance ") + high_performance, loaded);
  EXPECT_EQ(hosts.page().status, 200);
  const harness::Finished switched = hosts.cutoverctl("switch");
  ASSERT_EQ(switched.exit_code, 0) << switched.output;
  for (int i = 0; i < 6; ++i) EXPECT_EQ(hosts.ask(), "new\n");
  EXPECT_THAT(hosts.page().body, HasSubstr("\"side\": \"new\""));
  const harness::Finished back = hosts.cutoverctl("rollback");
  ASSERT_EQ(back.exit_code, 0) << back.output;
  EXPECT_EQ(hosts.ask(), "old\n");
}

INSTANTIATE_TEST_SUITE_P(All, Passenger,
                         testing::Combine(testing::Values("On", "Off"),
                                          testing::Values(Loaded::kBeforeProxy,
                                                          Loaded::kAfterProxy)));

// A graceful ends Passenger and its applications; this one takes six seconds to be there again.
TEST(PassengerByGraceful, MovesThereAndBackAndNobodyFails) {
  const char* wanted = std::getenv("CUTOVER_MOVES");
  const int moves = wanted == nullptr || *wanted == 0 ? 4 : std::atoi(wanted);
  Hosts hosts("PassengerHighPerformance On", Loaded::kBeforeProxy, "sleep 6");
  std::atomic<bool> ended{false};
  std::atomic<int> asked{0};
  std::array<std::vector<std::string>, 8> failed;
  std::vector<std::thread> visitors;
  for (auto& mine : failed)
    visitors.emplace_back([&] {
      for (; !ended; std::this_thread::sleep_for(50ms), ++asked)
        if (const std::string said = hosts.ask(); said != "old\n" && said != "new\n")
          mine.push_back(said);
    });
  for (int i = 0; i < moves; ++i) {
    const std::string side = i % 2 == 0 ? "new" : "old";
    hosts.serve(side);
    EXPECT_TRUE(harness::eventually(
        [&] { return hosts.page().body.find("\"side\": \"" + side + "\"") != std::string::npos; },
        40s))
        << "move " << i << "\n"
        << hosts.old_host().error_log();
    if (HasFailure()) break;
  }
  ended = true;
  for (std::thread& visitor : visitors) visitor.join();
  EXPECT_THAT(failed, testing::Each(testing::IsEmpty())) << "of " << asked;
  EXPECT_EQ(hosts.old_host().error_log().find("CUT0316"), std::string::npos);
  std::printf("moves=%d asked=%d\n", moves, asked.load());
}

}  // namespace
}  // namespace cutover::test
