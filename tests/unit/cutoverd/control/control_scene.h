// SPDX-License-Identifier: Apache-2.0
// A control socket with a site behind it, and processes of other users that ask over it.
#pragma once

#include <gtest/gtest.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <sys/wait.h>

#include "mod_cutover/cutoverd/control/control_server.h"
#include "mod_cutover/cutoverd/run/real_clock.h"
#include "mod_cutover/wire/client.h"
#include "mod_cutover/wire/json.h"
#include "tests/unit/temp_folder.h"

namespace cutover {

using namespace std::chrono_literals;
using nlohmann::json;

constexpr uid_t kHttpd = 12345;
constexpr uid_t kStranger = 12346;

class ControlScene : public testing::Test {
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
    Doors doors = open_doors(folder_ / "", error);
    ASSERT_TRUE(doors.roots) << error;
    recorder_ = std::make_unique<Recorder>(sites_, clock_);
    server_ = std::make_unique<ControlServer>(std::move(doors), sites_, audit_, *recorder_, kHttpd);
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

  // By everybody's door, by hand and without the heap's locks, which another thread may have held
  // at the fork.
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
    connect_to(fd, socket_);
    return fd;
  }

  static bool connect_to(const Fd& fd, const std::string& path) {
    sockaddr_un address{};
    address.sun_family = AF_UNIX;
    path.copy(address.sun_path, sizeof address.sun_path - 1);
    return ::connect(fd.get(), reinterpret_cast<sockaddr*>(&address), sizeof address) == 0;
  }

  TempFolder folder_;
  const std::string roots_socket_ = folder_ / "root.sock";
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

}  // namespace cutover
