// SPDX-License-Identifier: Apache-2.0
// A site whose pages ask it over HTTP for another of its pages, and wait: each move finds some of
// them in flight.
#include <gmock/gmock.h>

#include <atomic>

#include "tests/harness/ports.h"
#include "tests/site/stage.h"

namespace cutover::test {
namespace {

using harness::HttpClient;
using testing::HasSubstr;

// No quieting, which would let most of them end before the drain.
constexpr const char* kNoQuieting = "CutoverSelfCalls auto\nCutoverQuietTimeout 0\n";
constexpr const char* kCalls = "/calls.php?ms=";

unsigned moves() {
  const char* set = std::getenv("CUTOVER_MOVES");
  return set == nullptr ? 2 : static_cast<unsigned>(std::stoul(set));
}

// calls.php works for a while (or until a file is there), asks the site for another page, and says
// which hosts were at work. forgets.php asks for counted.php and does not wait for the answer.
void write_pages(harness::Site& site, const std::filesystem::path& notes) {
  const std::string port = std::to_string(site.port());
  const std::string works =
      "if (isset($_GET['ms'])) usleep(1000 * (int) $_GET['ms']); else while "
      "(!file_exists('" +
      (notes / "go").string() + "')) usleep(10000);\n";
  const std::string says = "echo getenv('HOST_NAME');";
  for (const auto* host : {&site.old_httpd(), &site.new_httpd()}) {
    const auto write = [&](const char* name, const std::string& text) {
      harness::write_file(host->htdocs() / "public" / name, "<?php " + text);
    };
    write("said.php", says);
    write("slowly.php", "usleep(600000); " + says);
    write("calls.php", works + says + " echo ' ', file_get_contents('http://127.0.0.1:" + port +
                           "/' . ($_GET['page'] ?? 'said.php'));");
    write("counted.php", "usleep(2500000); file_put_contents('" + (notes / "who").string() +
                             "', getenv('HOST_NAME'));");
    write("forgets.php", works + "$to = fsockopen('127.0.0.1', " + port +
                             "); fwrite($to, \"GET /counted.php HTTP/1.0\\r\\n\\r\\n\"); "
                             "fclose($to); echo 'forgot';");
  }
}

// Visitors of calls.php, one page after the other; as a proxy would pass them on, since they come
// from this machine.
class Callers {
 public:
  Callers(std::uint16_t port, unsigned count, bool says_so = true, std::string page = kCalls)
      : page_(std::move(page)) {
    for (unsigned i = 0; i < count; ++i)
      threads_.emplace_back([this, port, i, says_so] {
        HttpClient client("127.0.0.1", port);
        if (says_so) client.always_send("X-Forwarded-For", "192.0.2.7");
        while (!ending_) visit(client, 40 + 30 * i);
      });
  }
  ~Callers() { end(); }
  // How many pages did not come as they should.
  unsigned end() {
    ending_ = true;
    for (std::thread& one : threads_)
      if (one.joinable()) one.join();
    return failed_;
  }
  void let_them_visit(unsigned pages) const {
    const unsigned enough = pages_ + pages;
    EXPECT_TRUE(eventually([&] { return pages_ >= enough; }, std::chrono::seconds(60)));
  }

 private:
  void visit(HttpClient& client, unsigned ms) {
    const auto page = client.get(page_ + std::to_string(ms));
    ++pages_;
    const bool calls = page_ == kCalls;
    for (const std::string host : {"old", "new"})
      if (page.body == (calls ? host + " " + host : host)) return;
    ++failed_;
    ADD_FAILURE() << page.status << " " << page.body << page.error;
  }

  const std::string page_;
  std::vector<std::thread> threads_;
  std::atomic<bool> ending_{false};
  std::atomic<unsigned> failed_{0}, pages_{0};
};

// Another httpd on this host, before the site.
class Front {
 public:
  Front(std::uint16_t site, const std::string& settings) : httpd_(conf(site, settings)) {
    httpd_.write_conf();
    httpd_.start();
  }
  std::uint16_t port() const { return port_; }

 private:
  harness::HttpdConf conf(std::uint16_t site, const std::string& settings) const {
    harness::HttpdConf conf;
    conf.load({"proxy", "proxy_http"}).listen(port_);
    return conf.add("ProxyPreserveHost On\n" + settings +
                    "ProxyPass / http://127.0.0.1:" + std::to_string(site) + "/\n");
  }

  const std::uint16_t port_ = harness::free_port();
  harness::Httpd httpd_;
};

class SelfCallsOfASite : public testing::Test {
 protected:
  void start(const std::string& setting) {
    stage_ = std::make_unique<Stage>(SiteOptions{}, setting);
    write_pages(site(), dir_.path());
    ASSERT_EQ(site().await_gate(), "");
  }
  harness::Site& site() { return stage_->site(); }
  void move_there_and_back(const Callers& callers) {
    for (unsigned i = 0; i < moves(); ++i) {
      callers.let_them_visit(20);
      stage_->expect_switch();
      callers.let_them_visit(20);
      stage_->expect_rollback();
    }
  }
  // A switch that finds this page in flight, which goes on once that phase is reached.
  int switch_with(const std::string& path, const std::string& answer, const std::string& phase) {
    std::thread visitor;
    const auto run = stage_->run_with([&] {
      visitor = std::thread([port = site().port(), path, answer] {
        HttpClient client("127.0.0.1", port);
        EXPECT_EQ(client.get(path, {{"X-Forwarded-For", "192.0.2.7"}}).body, answer);
      });
      EXPECT_TRUE(eventually([this] { return site().status().value("in_flight", 0) == 1; }));
    });
    EXPECT_TRUE(stage_->reaches_phase(phase)) << run->output();
    harness::write_file(dir_ / "go", "");
    const int code = run->wait();
    visitor.join();
    output_ = run->output();
    return code;
  }
  unsigned let_through() { return site().status().at("requests").value("self_calls", 0U); }
  double drain_ms() {
    for (const auto& one : site().status().at("last").at("phases"))
      if (one.value("name", "") == "draining") return one.value("ms", 0.0);
    return -1;
  }

  harness::TempDir dir_{"notes"};
  std::string output_;
  std::unique_ptr<Stage> stage_;
};

TEST_F(SelfCallsOfASite, EachMoveUnderLoadIsDoneAndNoPageFails) {
  start(kNoQuieting);
  Callers callers(site().port(), 6);
  move_there_and_back(callers);
  EXPECT_EQ(callers.end(), 0U);
  EXPECT_GE(let_through(), moves()) << "a drain nearly always meets one";
}

TEST_F(SelfCallsOfASite, WithAFrontProxyOnThisHostToo) {
  start(kNoQuieting);
  const Front front(site().port(), "");
  Callers callers(front.port(), 6, false);
  move_there_and_back(callers);
  EXPECT_EQ(callers.end(), 0U);
  EXPECT_THAT(site().cutoverctl({"preflight", "--json"}).output,
              testing::Not(HasSubstr("a front proxy's")));
}

// Its visitors look like the site itself.
TEST_F(SelfCallsOfASite, AFrontProxyThatSaysNothingIsNamedAndHoldsUpNoMove) {
  start(kNoQuieting);
  const Front front(site().port(), "ProxyAddHeaders Off\n");
  Callers callers(front.port(), 6, false, "/said.php?");
  move_there_and_back(callers);
  EXPECT_EQ(callers.end(), 0U);
  EXPECT_EQ(let_through(), 0U);
  EXPECT_THAT(site().cutoverctl({"preflight"}).output, HasSubstr("a front proxy's"));
}

TEST_F(SelfCallsOfASite, OffASwitchIsGivenUpOverThem) {
  start("CutoverSelfCalls Off\nCutoverDrainTimeout 1s\nCutoverQuietTimeout 0\n");
  EXPECT_EQ(switch_with("/calls.php", "old old", "draining"), 1);
  EXPECT_THAT(output_, HasSubstr("still in flight after 1000 ms"));
  stage_->expect_serves("old");
}

TEST_F(SelfCallsOfASite, OneThatTakesLongIsNotHeldInTheQuietingEither) {
  start("CutoverSelfCalls On\n");
  // So that both are known to take long.
  harness::write_file(dir_ / "go", "");
  EXPECT_EQ(HttpClient("127.0.0.1", site().port()).get("/calls.php?page=slowly.php").body,
            "old old");
  std::filesystem::remove(dir_ / "go");
  EXPECT_EQ(switch_with("/calls.php?page=slowly.php", "old old", "quieting"), 0) << output_;
  EXPECT_EQ(let_through(), 1U);
}

TEST_F(SelfCallsOfASite, OneThatNobodyWaitsForDoesNotMakeTheDrainLonger) {
  start("CutoverSelfCalls On\nCutoverQuietTimeout 0\n");
  harness::give_to_web_user(dir_.path());
  EXPECT_EQ(switch_with("/forgets.php", "forgot", "draining"), 0) << output_;
  EXPECT_LT(drain_ms(), 2400) << output_;
  // Whoever closed may as well wait for an answer: what changes nothing is served afterwards.
  EXPECT_TRUE(eventually([this] { return harness::read_file(dir_ / "who") == "new"; },
                         std::chrono::seconds(20)))
      << output_;
}

}  // namespace
}  // namespace cutover::test
