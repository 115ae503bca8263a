// SPDX-License-Identifier: Apache-2.0
// Who may ask what, over the real socket: root, httpd's User, anybody else.
#include "mod_cutover/cutoverd/control/control_server.h"

#include <gtest/gtest.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <sys/wait.h>

#include "mod_cutover/cutoverd/run/real_clock.h"
#include "mod_cutover/wire/client.h"
#include "mod_cutover/wire/history_json.h"
#include "mod_cutover/wire/json.h"
#include "tests/unit/temp_folder.h"

namespace cutover {
namespace {

using namespace std::chrono_literals;
using nlohmann::json;

constexpr uid_t kHttpd = 12345;
constexpr uid_t kStranger = 12346;

class ControlServerTest : public testing::Test {
 protected:
  void SetUp() override {
    if (::geteuid() != 0) GTEST_SKIP() << "root is needed to ask as somebody else";
    ::chmod((folder_ / "").c_str(), 0755);
  }

  void start(bool page_control) {
    adopt_site(control_in(control_), "shop", encode(serving(Side::kOld, 1)));
    SiteParts parts;
    parts.settings.name = "shop";
    parts.settings.new_host = "balancer://new";
    parts.settings.check_interval = Millis{10};
    parts.settings.page_control = page_control;
    parts.journal = std::make_unique<JournalFile>(folder_ / "shop.journal");
    parts.store =
        std::make_unique<WordStore>(control_in(control_), counters_in(counters_), std::size_t{0});
    sites_.push_back(std::make_unique<Site>(std::move(parts), clock_, audit_));
    thread_ = std::thread([this] { sites_.front()->run(); });
    std::string error;
    Fd listener = listen_at(socket_, error);
    ASSERT_TRUE(listener) << error;
    recorder_ = std::make_unique<Recorder>(sites_, clock_);
    server_ =
        std::make_unique<ControlServer>(std::move(listener), sites_, audit_, *recorder_, kHttpd);
    while (!sites_.front()->snapshot().gate.open) std::this_thread::sleep_for(1ms);
  }

  void TearDown() override {
    if (thread_.joinable()) {
      sites_.front()->leave(true);
      thread_.join();
    }
    server_.reset();
    recorder_.reset();
  }

  // The exit code that a process of this user is answered; -1 when there is no answer.
  int exit_as(uid_t uid, const std::string& request) {
    const pid_t child = ::fork();
    if (child == 0) {
      if (::setuid(uid) != 0) ::_exit(99);
      ::_exit(answer(request) & 0xff);
    }
    int status = 0;
    ::waitpid(child, &status, 0);
    return static_cast<signed char>(WEXITSTATUS(status));
  }

  // By hand and without the heap's locks, which another thread may have held at the fork.
  int answer(const std::string& request) const {
    const Fd fd = connected();
    ::send(fd.get(), request.data(), request.size(), MSG_NOSIGNAL);
    ::send(fd.get(), "\n", 1, MSG_NOSIGNAL);
    char text[8192];
    std::size_t size = 0;
    for (ssize_t got = 1; got > 0 && size < sizeof text; size += static_cast<std::size_t>(got))
      if ((got = ::recv(fd.get(), text + size, sizeof text - size, 0)) < 0) break;
    const std::string_view all(text, size);
    const auto at = all.rfind("\"exit\":");
    return at == std::string_view::npos ? -1 : all[at + 7] - '0';
  }

  Fd connected() const {
    Fd fd(::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0));
    sockaddr_un address{};
    address.sun_family = AF_UNIX;
    socket_.copy(address.sun_path, sizeof address.sun_path - 1);
    ::connect(fd.get(), reinterpret_cast<sockaddr*>(&address), sizeof address);
    return fd;
  }

  TempFolder folder_;
  const std::string socket_ = folder_ / "control.sock";
  SharedMemoryFds fds_ = create_shared_memory(2);
  Mapping control_ = map_control(fds_.control.get(), true);
  Mapping counters_ = map_counters(fds_.counters.get());
  RealClock clock_;
  Audit audit_{folder_ / "events.jsonl"};
  std::vector<std::unique_ptr<Site>> sites_;
  std::thread thread_;
  std::unique_ptr<Recorder> recorder_;
  std::unique_ptr<ControlServer> server_;
};

TEST_F(ControlServerTest, RootMayCommandAndOthersMayNot) {
  start(false);
  EXPECT_EQ(exit_as(kStranger, R"({"verb":"status"})"), 1);
  EXPECT_EQ(exit_as(kStranger, R"({"verb":"switch"})"), 1);
  EXPECT_EQ(exit_as(kHttpd, R"({"verb":"status"})"), 0);
  EXPECT_EQ(exit_as(kHttpd, R"({"verb":"switch"})"), 1) << "CutoverPageControl is Off";
  EXPECT_EQ(sites_.front()->snapshot().side, "old");
  EXPECT_EQ(exit_as(0, R"({"verb":"switch"})"), 0);
  EXPECT_EQ(sites_.front()->snapshot().side, "new");
}

TEST_F(ControlServerTest, WithPageControlHttpdsUserMayCommandAndIsNotedByTheNameThatItGives) {
  start(true);
  EXPECT_EQ(exit_as(kHttpd, R"({"verb":"switch","by":"alice\n at the page"})"), 0);
  EXPECT_EQ(exit_as(kStranger, R"({"verb":"rollback"})"), 1);
  const auto events = audit_.newest(100, "shop");
  const auto asked =
      std::ranges::find_if(events, [](const json& e) { return e.value("event", "") == "asked"; });
  ASSERT_NE(asked, events.end());
  EXPECT_TRUE(asked->value("by", "").starts_with("alice")) << *asked;
  EXPECT_EQ(asked->value("by", "").find('\n'), std::string::npos);
}

TEST_F(ControlServerTest, AWrongRequestHasAnAnswer) {
  start(false);
  for (const char* wrong : {"[]", "{}", "nonsense", R"({"verb":5})", R"({"verb":"destroy"})",
                            R"({"verb":"status","site":"nobody"})", R"({"verb":"watch","site":5})",
                            R"({"verb":"rollback","accept_data_loss":"yes"})",
                            R"({"verb":"rollback","despite_direct_visitors":1})",
                            R"({"verb":"switch","despite_direct_visitors":true})",
                            R"({"verb":"history","since":"yesterday"})"})
    EXPECT_EQ(answer(wrong), 2) << wrong;
}

TEST_F(ControlServerTest, TheHistoryIsGivenToThoseWhoMayLook) {
  start(false);
  SiteCounters& counters = counters_in(counters_).shared_slot().sites[0];
  counters.in_flight = 3;
  std::vector<HistorySample> samples;
  const auto some_are_there = [&] {
    counters.served[0] += 1;
    samples = history_from(ask(socket_, {{"verb", "history"}}, 1s).done.at("result"));
    return samples.size() >= 2;
  };
  for (int i = 0; i < 100 && !some_are_there(); ++i) std::this_thread::sleep_for(50ms);
  ASSERT_GE(samples.size(), 2U);
  EXPECT_EQ(samples[1].in_flight, 3);
  EXPECT_GT(samples[1].old_per_second, 0);
  EXPECT_EQ(samples[1].new_per_second, 0);
  EXPECT_EQ(samples[1].lag_ms, std::nullopt) << "a site without databases";
  const json newer{{"verb", "history"}, {"site", "shop"}, {"since", samples[0].at_ms}};
  const auto rest = history_from(ask(socket_, newer, 1s).done.at("result"));
  EXPECT_GE(rest.size(), samples.size() - 1);
  EXPECT_EQ(rest.front().at_ms, samples[1].at_ms);
  EXPECT_EQ(exit_as(kHttpd, R"({"verb":"history"})"), 0);
  EXPECT_EQ(exit_as(kStranger, R"({"verb":"history"})"), 1);
}

TEST_F(ControlServerTest, ACommandIsToldPhaseByPhase) {
  start(false);
  std::vector<std::string> phases;
  std::vector<double> times;
  const Reply reply = ask(socket_, {{"verb", "switch"}}, 10s, [&](const json& p) {
    phases.push_back(p.value("phase", ""));
    if (phases.back() != "preflight") times.push_back(p.at("ms"));
  });
  EXPECT_EQ(reply.kind, Reply::Kind::kDone) << reply.error;
  EXPECT_TRUE(std::ranges::is_sorted(times)) << json(times);
  EXPECT_GT(times.back(), 0.0);
  EXPECT_EQ(phases,
            (std::vector<std::string>{"preflight", "draining", "fencing", "releasing", "serving"}));
}

TEST_F(ControlServerTest, ACommandIsTakenWithALineBeforeAnythingElse) {
  start(false);
  for (const char* verb : {"switch", "abort", "preflight"}) {
    const Fd fd = connected();
    const std::string request = json{{"verb", verb}}.dump() + "\n";
    ::send(fd.get(), request.data(), request.size(), MSG_NOSIGNAL);
    std::string text;
    for (char c = 0; c != '\n' && ::recv(fd.get(), &c, 1, 0) == 1;) text += c;
    EXPECT_TRUE(json::parse(text).contains("taken")) << text;
  }
}

TEST_F(ControlServerTest, OneThatLeavesDoesNothingAndSaysThatItMayBeAskedAgain) {
  start(false);
  sites_.front()->leave(false);
  const Reply reply = ask(socket_, {{"verb", "switch"}}, 10s);
  ASSERT_EQ(reply.kind, Reply::Kind::kDone) << reply.error;
  EXPECT_EQ(reply.done["exit"], 1);
  EXPECT_TRUE(reply.done.value("again", false));
  EXPECT_EQ(sites_.front()->snapshot().side, "old");
}

TEST_F(ControlServerTest, WhoConnectsAndSaysNothingDoesNotDelayTheEnd) {
  start(false);
  const Fd silent = connected();
  std::this_thread::sleep_for(100ms);
  const auto start = std::chrono::steady_clock::now();
  TearDown();
  EXPECT_LT(std::chrono::steady_clock::now() - start, 2s);
}

TEST_F(ControlServerTest, StrangersWhoHoldManyConnectionsDoNotKeepRootOut) {
  start(false);
  int go[2];
  ASSERT_EQ(::pipe(go), 0);
  const pid_t child = ::fork();
  if (child == 0) {
    if (::setuid(kStranger) != 0) ::_exit(99);
    Fd held[80];
    for (Fd& fd : held) fd = connected();
    if (::write(go[1], "x", 1) != 1) ::_exit(98);
    ::sleep(20);
    ::_exit(0);
  }
  char byte = 0;
  EXPECT_EQ(::read(go[0], &byte, 1), 1);
  EXPECT_EQ(answer(R"({"verb":"status"})"), 0);
  ::kill(child, SIGKILL);
  ::waitpid(child, nullptr, 0);
  ::close(go[0]);
  ::close(go[1]);
}

}  // namespace
}  // namespace cutover
