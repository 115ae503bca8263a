// SPDX-License-Identifier: Apache-2.0
// Hundreds of gracefuls under load, while sites come and go, the site is moved there and back, and
// its coordinator is killed: nobody's request may fail, and no write be lost.
#include <CLI/CLI.hpp>
#include <csignal>
#include <cstdio>
#include <random>
#include <thread>

#include "tests/harness/eventually.h"
#include "tests/harness/http_client.h"
#include "tests/harness/ports.h"
#include "tests/harness/signals.h"
#include "tests/harness/site.h"
#include "tests/harness/visitors.h"

namespace cutover::gracefuls {
namespace {

using namespace std::chrono_literals;

class Gracefuls {
 public:
  Gracefuls(unsigned count, unsigned seed, unsigned visitors)
      : count_(count), dice_(seed), site_(settings()), visitors_(load(visitors)) {
    harness::write_file(site_.old_httpd().htdocs() / "blog.txt", "the blog");
    base_ = site_.old_httpd().conf();
  }

  bool run() {
    if (const std::string why = site_.await_gate(20s); !why.empty())
      throw std::runtime_error("the gate does not open: " + why);
    visitors_.start();
    for (unsigned i = 1; i <= count_; ++i) {
      one();
      if (i % 25 == 0 || i == count_) tell(i);
    }
    return judge();
  }

 private:
  static harness::SiteOptions settings() {
    harness::SiteOptions options;
    options.processes = 3;
    options.site_settings =
        "CutoverDrainTimeout 5s\nCutoverFenceTimeout 3s\nCutoverCatchUpTimeout 5s\n"
        "CutoverHoldTimeout 20s\n";
    return options;
  }
  harness::VisitorsOptions load(unsigned visitors) const {
    harness::VisitorsOptions options;
    options.count = visitors;
    options.think = 40ms;
    options.port = site_.port();
    // A graceful closes kept connections, with or without the module, and a browser asks again.
    options.keep_alive = false;
    return options;
  }
  bool by_chance(int percent) { return std::uniform_int_distribution<>(1, 100)(dice_) <= percent; }

  void one() {
    site_.old_httpd().conf() = base_;
    const bool with_blog = by_chance(50);
    if (with_blog) add_blog();
    site_.old_httpd().write_conf();
    std::thread mover;
    if (by_chance(40)) mover = std::thread([this] { move(); });
    std::this_thread::sleep_for(std::chrono::milliseconds(50 * (dice_() % 20)));
    if (by_chance(25)) kill_coordinator();
    site_.old_httpd().graceful();
    if (with_blog) ask_the_blog();
    if (by_chance(10)) kill_coordinator();
    if (mover.joinable()) mover.join();
    // Children from before end at their own pace; httpd has places for so many of them.
    std::this_thread::sleep_for(300ms);
  }

  // Of a name of its own each time: its place has to be given back.
  void add_blog() {
    const std::string name = "blog" + std::to_string(++blogs_);
    site_.old_httpd().conf().add("<CutoverSite " + name + ">\nCutoverNewHost http://127.0.0.1:" +
                                 std::to_string(site_.new_port()) + "\n</CutoverSite>");
    site_.old_httpd().conf().vhost(
        blog_port_, "DocumentRoot \"" + site_.old_httpd().htdocs().string() + "\"\nCutover " + name,
        "blog.example.com");
  }
  // From its first request on, coordinator or not.
  void ask_the_blog() {
    const harness::HttpResponse answer =
        harness::HttpClient("127.0.0.1", blog_port_, "blog.example.com").get("/blog.txt");
    ++asked_;
    if (answer.status == 200 && answer.body == "the blog") return;
    ++blog_failed_;
    std::printf("the blog answered %d\n", answer.status);
  }

  // In the middle of it all: what is refused, or ends with its coordinator, is no failure.
  void move() try {
    site_.await_gate(3s);
    const bool there = site_.side() == "old";
    const auto done = there ? site_.cutoverctl({"switch"})
                            : site_.cutoverctl({"rollback", "--despite-direct-visitors"});
    done.exit_code == 0 ? ++moved_ : ++not_moved_;
  } catch (const std::exception&) {
    ++not_moved_;
  }

  void kill_coordinator() {
    if (const pid_t pid = site_.coordinator(); pid > 1 && harness::signal_to(pid, SIGKILL) == 0)
      ++killed_;
  }

  void tell(unsigned i) const {
    std::printf("%u gracefuls: requests=%llu failed=%llu killed=%u moved=%u not_moved=%u\n", i,
                static_cast<unsigned long long>(visitors_.requests()),
                static_cast<unsigned long long>(visitors_.failed()), killed_, moved_.load(),
                not_moved_.load());
    std::fflush(stdout);
  }

  bool judge() {
    const bool ends_well =
        harness::eventually([&] { return site_.cutoverctl({"status"}).exit_code == 0; }, 60s);
    const harness::Experience met = visitors_.stop();
    auto database = site_.serving_database().connect_as(harness::kAppUser, harness::kAppSchema);
    const harness::Reckoning found = reckon(met, database);
    for (const std::string& failure : met.failures) std::printf("  %s\n", failure.c_str());
    if (met.failed + blog_failed_ != 0) std::printf("%s\n", site_.old_httpd().error_log().c_str());
    std::printf(
        "gracefuls: count=%u requests=%llu failed=%llu blogs=%u blog_failed=%u lost=%llu "
        "duplicated=%llu logged_out=%llu\n",
        count_, static_cast<unsigned long long>(met.requests),
        static_cast<unsigned long long>(met.failed), asked_, blog_failed_,
        static_cast<unsigned long long>(found.lost),
        static_cast<unsigned long long>(found.duplicated),
        static_cast<unsigned long long>(met.logged_out));
    return ends_well && met.failed + found.lost + found.duplicated + met.logged_out == 0 &&
           blog_failed_ == 0;
  }

  const unsigned count_;
  std::mt19937 dice_;
  const std::uint16_t blog_port_ = harness::free_port();
  harness::Site site_;
  harness::Visitors visitors_;
  harness::HttpdConf base_;
  unsigned blogs_ = 0, asked_ = 0, blog_failed_ = 0, killed_ = 0;
  std::atomic<unsigned> moved_{0}, not_moved_{0};
};

}  // namespace
}  // namespace cutover::gracefuls

int main(int argc, char** argv) {
  CLI::App app{
      "Gracefuls under load, while sites come and go, are moved and lose their coordinator"};
  unsigned count = 500, seed = 1, visitors = 8;
  app.add_option("--count", count, "how many")
      ->check(CLI::Range(1, 100'000))
      ->capture_default_str();
  app.add_option("--seed", seed, "of what is done when")->capture_default_str();
  app.add_option("--visitors", visitors, "how many")
      ->check(CLI::Range(1, 100))
      ->capture_default_str();
  CLI11_PARSE(app, argc, argv);
  try {
    return cutover::gracefuls::Gracefuls(count, seed, visitors).run() ? 0 : 1;
  } catch (const std::exception& error) {
    std::fprintf(stderr, "gracefuls: %s\n", error.what());
    return 1;
  }
}
