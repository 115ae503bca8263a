// SPDX-License-Identifier: Apache-2.0
// Many at the control socket at once: what one user's connections take from another's. Real
// processes of other users over the real socket.
#include <sys/resource.h>

#include <algorithm>
#include <array>

#include "tests/unit/cutoverd/control/control_scene.h"

namespace cutover {
namespace {

constexpr int kCrowd = 1000;
constexpr const char* kStatus = R"({"verb":"status"})";

class CrowdedSocketTest : public ControlScene {
 protected:
  void TearDown() override {
    for (const pid_t child : children_) {
      ::kill(child, SIGKILL);
      ::waitpid(child, nullptr, 0);
    }
    ControlScene::TearDown();
  }

  // A process of that user, which does this without an end. Returns when it has begun: `act` calls
  // what it is given. It uses neither the heap nor a lock, which another thread may hold.
  template <class Act>
  void as(uid_t uid, Act act) {
    int begun[2];
    ASSERT_EQ(::pipe(begun), 0);
    const pid_t child = ::fork();
    ASSERT_GE(child, 0);
    if (child == 0) {
      const rlimit files{kCrowd + 200, kCrowd + 200};
      if (::setrlimit(RLIMIT_NOFILE, &files) != 0 || ::setuid(uid) != 0) ::_exit(99);
      act([&begun] { return ::write(begun[1], "x", 1) == 1; });
      for (;;) ::pause();
    }
    children_.push_back(child);
    char byte = 0;
    EXPECT_EQ(::read(begun[0], &byte, 1), 1);
    ::close(begun[0]);
    ::close(begun[1]);
  }

  // Holds so many, and opens each anew that it has lost: the whole crowd stands at the door all the
  // time. Each says `text`, which may be nothing.
  void crowd_of(uid_t uid, std::string_view text = {}) {
    as(uid, [this, text](auto begun) {
      static std::array<int, kCrowd> held;
      const auto open = [&](int& fd) {
        fd = connected().release();
        ::send(fd, text.data(), text.size(), MSG_NOSIGNAL);
      };
      for (int& fd : held) open(fd);
      begun();
      for (;;) {
        for (int& fd : held) {
          char byte = 0;
          if (::recv(fd, &byte, 1, MSG_DONTWAIT | MSG_PEEK) < 0 && errno == EAGAIN) continue;
          ::close(fd);
          open(fd);
        }
      }
    });
  }

  // The middle one of some: the machine may be busy with something else for a moment.
  std::chrono::nanoseconds usual_wait(const std::string& door) const {
    std::vector<std::chrono::nanoseconds> waits;
    for (int i = 0; i < 21; ++i) {
      const auto begin = std::chrono::steady_clock::now();
      const Reply reply = ask(door, {{"verb", "status"}}, 10s);
      EXPECT_EQ(reply.kind, Reply::Kind::kDone) << reply.error;
      EXPECT_EQ(reply.done.value("exit", -1), 0) << reply.done;
      waits.push_back(std::chrono::steady_clock::now() - begin);
    }
    std::ranges::sort(waits);
    return waits[waits.size() / 2];
  }

  static int descriptors_here() {
    int number = 0;
    for (const auto& each : std::filesystem::directory_iterator("/proc/self/fd"))
      number += each.path().empty() ? 0 : 1;
    return number;
  }

  // So many of ours, each taken: root's.
  std::vector<Fd> held_by_root(std::size_t number, const std::string& text = {}) const {
    std::vector<Fd> held;
    for (std::size_t i = 0; i < number; ++i) {
      held.push_back(connected());
      ::send(held.back().get(), text.data(), text.size(), MSG_NOSIGNAL);
    }
    return held;
  }

  std::vector<pid_t> children_;
};

TEST_F(CrowdedSocketTest, AThousandConnectionsOfHttpdsUserDoNotKeepRootOut) {
  start(false);
  crowd_of(kHttpd);
  EXPECT_LT(usual_wait(roots_socket_), 100ms);
  EXPECT_LT(usual_wait(socket_), 100ms);
}

TEST_F(CrowdedSocketTest, NorDoThoseThatAskForWhatIsLong) {
  start(false);
  for (int i = 0; i < 500; ++i) audit_.add({{"event", "x"}, {"why", std::string(1000, 'x')}});
  crowd_of(kHttpd, "{\"verb\":\"events\"}\n");
  EXPECT_LT(usual_wait(roots_socket_), 100ms);
}

TEST_F(CrowdedSocketTest, NorDoesAThousandOfAStrangerAndHttpdsUserGetsInToo) {
  start(false);
  crowd_of(kStranger);
  EXPECT_LT(usual_wait(roots_socket_), 100ms);
  EXPECT_EQ(exit_as(kHttpd, kStatus), 0);
}

TEST_F(CrowdedSocketTest, NorDoAllOfThemTogether) {
  start(false);
  for (const uid_t uid : {kHttpd, kStranger, kStranger + 1}) crowd_of(uid);
  EXPECT_LT(usual_wait(roots_socket_), 100ms);
  EXPECT_EQ(exit_as(0, R"({"verb":"switch"})"), 0);
}

TEST_F(CrowdedSocketTest, RootWhoHasItsWholeShareIsToldAndHttpdsUserGetsIn) {
  start(false);
  auto held = held_by_root(Shares::kPlaces);
  Reply reply = ask(socket_, {{"verb", "status"}}, 10s);
  ASSERT_EQ(reply.kind, Reply::Kind::kDone) << reply.error;
  EXPECT_EQ(reply.done["exit"], 1);
  EXPECT_TRUE(reply.done.value("again", false)) << reply.done;
  EXPECT_NE(reply.done.value("message", "").find("root has 32 connections"), std::string::npos)
      << reply.done;
  EXPECT_EQ(exit_as(kHttpd, kStatus), 0);
  held.pop_back();
  for (int i = 0; i < 500 && reply.done["exit"] != 0; ++i) {
    std::this_thread::sleep_for(10ms);
    reply = ask(socket_, {{"verb", "status"}}, 10s);
  }
  EXPECT_EQ(reply.done["exit"], 0) << "a place is free again";
}

TEST_F(CrowdedSocketTest, WatchesLeaveRoomForCommands) {
  start(false);
  const auto watches = held_by_root(Shares::kPlaces - 1, "{\"verb\":\"watch\"}\n");
  int turned_away = 0;
  for (const Fd& each : watches) {
    std::string text(4096, '\0');
    const auto got = ::recv(each.get(), text.data(), text.size(), 0);
    text.resize(static_cast<std::size_t>(std::max<ssize_t>(got, 0)));
    turned_away += text.starts_with("{\"done\"") ? 1 : 0;
  }
  EXPECT_EQ(turned_away, Shares::kPlaces - 1 - Shares::kWatches);
  EXPECT_EQ(answer(R"({"verb":"rehearse"})"), 0);
}

TEST_F(CrowdedSocketTest, ACrowdTakesNoMoreDescriptorsThanItsShare) {
  start(false);
  const int before = descriptors_here();
  crowd_of(kHttpd);
  int most = 0;
  for (int i = 0; i < 50; ++i) {
    most = std::max(most, descriptors_here() - before);
    std::this_thread::sleep_for(10ms);
  }
  EXPECT_GE(most, 16) << "the crowd is there";
  EXPECT_LE(most, static_cast<int>(Shares::kPlaces) + 4);
}

TEST_F(CrowdedSocketTest, WhoDoesNotReadHoldsNeitherAnotherNorTheEnd) {
  start(false);
  for (int i = 0; i < 500; ++i) audit_.add({{"event", "x"}, {"why", std::string(1000, 'x')}});
  as(kHttpd, [this](auto begun) {
    for (std::size_t i = 0; i < Shares::kPlaces; ++i) {
      const int fd = connected().release();
      ::send(fd, "{\"verb\":\"events\"}\n", 18, MSG_NOSIGNAL);
      char byte = 0;
      ::recv(fd, &byte, 1, 0);  // the answer has begun, and is longer than a socket takes
    }
    begun();
  });
  EXPECT_LT(usual_wait(roots_socket_), 100ms);
  const auto begin = std::chrono::steady_clock::now();
  ControlScene::TearDown();
  EXPECT_LT(std::chrono::steady_clock::now() - begin, 3s);
}

TEST_F(CrowdedSocketTest, RootsDoorIsRootsAlone) {
  start(false);
  const auto by_roots_door = [this](uid_t uid) {
    const pid_t child = ::fork();
    if (child == 0) {
      if (::setuid(uid) != 0) ::_exit(99);
      const Fd fd(::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0));
      ::_exit(connect_to(fd, roots_socket_) ? 0 : 1);
    }
    int status = 0;
    ::waitpid(child, &status, 0);
    return WEXITSTATUS(status);
  };
  EXPECT_EQ(by_roots_door(kHttpd), 1);
  EXPECT_EQ(by_roots_door(kStranger), 1);
  EXPECT_EQ(by_roots_door(0), 0);
}

// A limit of open files that is reached elsewhere in the coordinator.
TEST_F(CrowdedSocketTest, WithoutADescriptorLeftOneIsToldSoAndTheNextIsTaken) {
  start(false);
  const Fd client(::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0));
  rlimit before{};
  ::getrlimit(RLIMIT_NOFILE, &before);
  const rlim_t next = static_cast<rlim_t>(Fd(::dup(client.get())).get());
  const rlimit none{next, before.rlim_max};
  ASSERT_EQ(::setrlimit(RLIMIT_NOFILE, &none), 0);
  connect_to(client, socket_);
  std::array<char, 1024> text{};
  const auto got = ::recv(client.get(), text.data(), text.size() - 1, 0);
  ::setrlimit(RLIMIT_NOFILE, &before);
  ASSERT_GT(got, 0);
  EXPECT_NE(std::string(text.data()).find("no descriptor"), std::string::npos) << text.data();
  EXPECT_EQ(answer(kStatus), 0);
}

}  // namespace
}  // namespace cutover
