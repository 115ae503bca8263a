// SPDX-License-Identifier: Apache-2.0
// Words of a database, a hook and a user with markup and control characters in them: page, data,
// log, trail and terminal show them and come to no harm.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <netinet/in.h>
#include <poll.h>
#include <sys/socket.h>

#include <atomic>
#include <sstream>
#include <thread>

#include "mod_cutover/state/fd.h"
#include "mod_cutover/state/paths.h"
#include "mod_cutover/wire/json.h"
#include "shared/words/harmless.h"
#include "tests/harness/build_paths.h"
#include "tests/harness/eventually.h"
#include "tests/harness/ports.h"
#include "tests/httpd/rig.h"

namespace cutover::test {
namespace {

using harness::eventually;
using harness::read_file;
using harness::write_file;
using testing::HasSubstr;
using testing::Not;

// Markup, a title and a cleared screen, a C1 control, a turned direction, a forged line of a log.
constexpr const char* kHostile =
    "<script>alert(1)</script>\x1b]0;owned\x07\x1b[2J\xc2\x9b"
    "31m\xe2\x80\xae\r\n[error] forged line";

// A database that greets everybody with an error of its own wording.
class RudeDatabase {
 public:
  RudeDatabase() : port_(harness::free_port()) {
    listener_ = Fd(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0));
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_port = htons(port_);
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    if (::bind(listener_.get(), reinterpret_cast<sockaddr*>(&address), sizeof address) != 0 ||
        ::listen(listener_.get(), 16) != 0)
      throw std::runtime_error("no port for the rude database");
    thread_ = std::thread([this] { greet(); });
  }
  ~RudeDatabase() {
    stopping_ = true;
    thread_.join();
  }
  RudeDatabase(const RudeDatabase&) = delete;
  RudeDatabase& operator=(const RudeDatabase&) = delete;
  std::uint16_t port() const { return port_; }

 private:
  void greet() {
    const std::string payload = std::string("\xff\x69\x04", 3) + kHostile;
    std::string packet = {static_cast<char>(payload.size()), 0, 0, 0};
    packet += payload;
    while (!stopping_) {
      pollfd wait{listener_.get(), POLLIN, 0};
      if (::poll(&wait, 1, 20) <= 0) continue;
      const Fd guest(::accept4(listener_.get(), nullptr, nullptr, SOCK_CLOEXEC));
      ::send(guest.get(), packet.data(), packet.size(), MSG_NOSIGNAL);
    }
  }

  std::uint16_t port_;
  Fd listener_;
  std::atomic<bool> stopping_{false};
  std::thread thread_;
};

// Each line of it is as harmless as can be.
void expect_harmless(const std::string& text, const std::string& what) {
  std::istringstream lines(text);
  for (std::string line; std::getline(lines, line);) EXPECT_EQ(harmless(line), line) << what;
  EXPECT_THAT(text, Not(HasSubstr("\n[error] forged"))) << what;
}

class HostileText : public testing::Test {
 protected:
  void start(RigOptions options) {
    options.coordinator = true;
    options.server += "\n<Location /server-status>\nSetHandler server-status\n</Location>";
    rig_ = std::make_unique<Rig>(options);
  }
  std::string command(const std::vector<std::string>& words) {
    std::vector<std::string> argv = {harness::product("cutoverctl"), "--state-dir",
                                     rig_->state_dir()};
    argv.insert(argv.end(), words.begin(), words.end());
    return harness::run(argv).output;
  }
  std::string get(const std::string& path) { return rig_->admin().get(path).body; }

  // Everything that anybody looks at; `shown` is where the words must have come to.
  void expect_no_harm_anywhere(const std::vector<std::string>& shown) {
    std::map<std::string, std::string> all;
    for (const char* path : {"/cutover/", "/cutover/status.json", "/cutover/metrics",
                             "/cutover/?auto", "/server-status?auto", "/server-status"})
      all[path] = get(path);
    for (const char* verb : {"status", "events", "preflight"}) {
      all[verb] = command({verb});
      all[std::string(verb) + " --json"] = command({verb, "--json"});
    }
    all["error log"] = rig_->old_host().error_log();
    all["trail"] = read_file(events_path(rig_->state_dir()));
    for (const auto& [where, text] : all) {
      ASSERT_FALSE(text.empty()) << where;
      expect_harmless(text, where);
    }
    for (const char* page : {"/cutover/", "/server-status"}) {
      EXPECT_THAT(all[page], Not(HasSubstr("<script>alert"))) << page;
      EXPECT_THAT(all[page], Not(HasSubstr("<b>"
                                           "bold")))
          << page;
    }
    for (const std::string& where : shown)
      EXPECT_THAT(all[where], HasSubstr("alert(1)")) << where << " does not show it at all";
  }

  std::unique_ptr<Rig> rig_;
};

TEST_F(HostileText, OfADatabase) {
  const RudeDatabase database;
  const harness::TempDir files("cnf");
  for (const char* name : {"old.cnf", "new.cnf"})
    write_file(files / name,
               "[cutover]\nhost=127.0.0.1\nuser=u\nport=" + std::to_string(database.port()) + "\n",
               0600);
  RigOptions options;
  options.site = "CutoverOldDatabase " + (files / "old.cnf").string() + "\nCutoverNewDatabase " +
                 (files / "new.cnf").string();
  start(options);
  rig_->start();
  ASSERT_TRUE(eventually([&] {
    return get("/cutover/status.json").find("alert(1)") != std::string::npos;
  })) << get("/cutover/status.json");
  command({"switch"});
  expect_no_harm_anywhere(
      {"/cutover/", "/cutover/status.json", "status", "status --json", "error log", "trail"});
}

TEST_F(HostileText, OfAHookAndOfAUser) {
  const harness::TempDir files("hook");
  write_file(files / "words", kHostile);
  write_file(files / "hook", "#!/bin/sh\ncat " + (files / "words").string() + "\nexit 1\n", 0755);
  RigOptions options;
  options.load = {"auth_basic", "authn_core", "authn_anon", "authz_user"};
  options.site = "CutoverPageControl On\nCutoverHook before-switch " + (files / "hook").string();
  options.server =
      "<Location /cutover/shop>\nAuthType Basic\nAuthName x\nAuthBasicProvider anon\n"
      "Anonymous *\nAnonymous_MustGiveEmail Off\nAnonymous_VerifyEmail Off\n"
      "Require valid-user\n</Location>";
  start(options);
  rig_->start();
  ASSERT_TRUE(eventually([&] { return rig_->ask() == "old"; }));
  const std::string mark = "name=\"nonce\" value=\"";
  std::string nonce;
  ASSERT_TRUE(eventually([&] {
    const std::string page = get("/cutover/");
    const auto at = page.find(mark);
    if (at != std::string::npos) nonce = page.substr(at + mark.size(), 64);
    return !nonce.empty();
  }));
  const std::string host = "admin.example.com:" + std::to_string(rig_->admin_port());
  HttpClient client("127.0.0.1", rig_->admin_port(), host);
  // <b>bold</b>, ESC [2J and a C1 CSI, in base64, with the password x. A coordinator that has just
  // started answers 409 for a moment.
  HttpResponse pressed;
  EXPECT_TRUE(eventually([&] {
    pressed = client.post("/cutover/shop/switch", {{"nonce", nonce}},
                          {{"Origin", "http://" + host},
                           {"Authorization", "Basic PGI+Ym9sZDwvYj4bWzJKwpszMW06eA=="}});
    return pressed.status != 409;
  }));
  EXPECT_EQ(pressed.status, 303) << pressed.body;
  EXPECT_THAT(command({"events"}), HasSubstr("<b>bold</b>\\x1b[2J"));
  expect_no_harm_anywhere({"events", "events --json", "trail"});
  EXPECT_EQ(rig_->ask(), "old");
}

}  // namespace
}  // namespace cutover::test
