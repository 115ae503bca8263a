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
constexpr const char* kNoQuieting = "CutoverQuietTimeout 0\n";

unsigned moves() {
  const char* set = std::getenv("CUTOVER_MOVES");
  return set == nullptr ? 2 : static_cast<unsigned>(std::stoul(set));
}

// calls.php works for a while, asks the site for said.php, and says which hosts were at work.
// forgets.php asks for counted.php and does not wait for the answer.
void write_pages(harness::Site& site, const std::string& note) {
  const std::string here = "127.0.0.1:" + std::to_string(site.port());
  for (const auto* host : {&site.old_httpd(), &site.new_httpd()}) {
    const auto in = host->htdocs() / "public";
    harness::write_file(in / "said.php", "<?php echo getenv('HOST_NAME');");
    harness::write_file(in / "calls.php",
                        "<?php usleep(1000 * (int) $_GET['ms']); echo getenv('HOST_NAME'), ' ', "
                        "file_get_contents('http://" +
                            here + "/said.php');");
    harness::write_file(in / "counted.php", "<?php usleep(1500000); file_put_contents('" + note +
                                                "', getenv('HOST_NAME'));");
    harness::write_file(in / "forgets.php",
                        "<?php usleep(1000 * (int) $_GET['ms']); $s = fsockopen('127.0.0.1', " +
                            std::to_string(site.port()) +
                            "); fwrite($s, \"GET /counted.php HTTP/1.0\\r\\n\\r\\n\"); fclose($s); "
                            "echo 'forgot';");
  }
}

// Visitors of calls.php, one page after the other; as a proxy would pass them on, since they come
// from this machine.
class Callers {
 public:
  Callers(std::uint16_t port, unsigned count, bool says_so = true) {
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
    const auto page = client.get("/calls.php?ms=" + std::to_string(ms));
    ++pages_;
    if (page.body == "old old" || page.body == "new new") return;
    ++failed_;
    ADD_FAILURE() << page.status << " " << page.body << page.error;
  }

  std::vector<std::thread> threads_;
  std::atomic<bool> ending_{false};
  std::atomic<unsigned> failed_{0}, pages_{0};
};

class SelfCallsOfASite : public testing::Test {
 protected:
  void start(const std::string& setting) {
    stage_ = std::make_unique<Stage>(SiteOptions{}, setting + kNoQuieting);
    write_pages(site(), note_);
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
  // In flight, and asking in the middle of the drain.
  std::thread page(const std::string& path, const std::string& answer) {
    std::thread visitor([port = site().port(), path, answer] {
      EXPECT_EQ(HttpClient("127.0.0.1", port).get(path, {{"X-Forwarded-For", "192.0.2.7"}}).body,
                answer);
    });
    EXPECT_TRUE(eventually([this] { return site().status().value("in_flight", 0) == 1; }));
    return visitor;
  }
  double drain_ms() {
    for (const auto& one : site().status().at("last").at("phases"))
      if (one.value("name", "") == "draining") return one.value("ms", 0.0);
    return -1;
  }

  harness::TempDir dir_{"note"};
  const std::string note_ = dir_ / "note";
  std::unique_ptr<Stage> stage_;
};

TEST_F(SelfCallsOfASite, EachMoveUnderLoadIsDoneAndNoPageFails) {
  start("");
  Callers callers(site().port(), 6);
  move_there_and_back(callers);
  EXPECT_EQ(callers.end(), 0U);
}

TEST_F(SelfCallsOfASite, WithAFrontProxyOnThisHostToo) {
  harness::HttpdConf conf;
  const std::uint16_t port = harness::free_port();
  start("");
  conf.load({"proxy", "proxy_http"}).listen(port);
  conf.add("ProxyPreserveHost On\nProxyPass / http://127.0.0.1:" + std::to_string(site().port()) +
           "/\n");
  harness::Httpd front(conf);
  front.write_conf();
  front.start();
  Callers callers(port, 6, false);
  move_there_and_back(callers);
  EXPECT_EQ(callers.end(), 0U);
}

TEST_F(SelfCallsOfASite, OffASwitchIsGivenUpOverThem) {
  start("CutoverSelfCalls Off\nCutoverDrainTimeout 1s\n");
  std::thread visitor = page("/calls.php?ms=900", "old old");
  const auto refused = site().cutoverctl({"switch"});
  visitor.join();
  EXPECT_EQ(refused.exit_code, 1) << refused.output;
  EXPECT_THAT(refused.output, HasSubstr("still in flight after 1000 ms"));
  stage_->expect_serves("old");
}

TEST_F(SelfCallsOfASite, OneThatNobodyWaitsForDoesNotMakeTheDrainLonger) {
  start("CutoverSelfCalls On\n");
  harness::give_to_web_user(dir_.path());
  std::thread visitor = page("/forgets.php?ms=900", "forgot");
  stage_->expect_switch();
  visitor.join();
  EXPECT_LT(drain_ms(), 1500) << site().status().at("last").dump();
  // Whoever closed may as well wait for an answer: what changes nothing is served afterwards.
  EXPECT_TRUE(eventually([this] { return harness::read_file(note_) == "new"; }));
}

}  // namespace
}  // namespace cutover::test
