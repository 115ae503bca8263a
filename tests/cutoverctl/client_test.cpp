// SPDX-License-Identifier: Apache-2.0
// The asking end of the socket, against a coordinator that misbehaves.
#include "mod_cutover/wire/client.h"

#include <gtest/gtest.h>
#include <pthread.h>

#include <csignal>

#include "fake_coordinator.h"
#include "mod_cutover/state/paths.h"
#include "tests/harness/temp_dir.h"

namespace cutover::tests {
namespace {

using namespace std::chrono_literals;
using nlohmann::json;

class Client : public testing::Test {
 protected:
  Reply ask_with(std::vector<FakeCoordinator::Scene> scenes,
                 std::chrono::milliseconds silence = 5s) {
    FakeCoordinator coordinator(dir_.path(), std::move(scenes));
    Reply reply = ask(socket_path(dir_.path()), {{"verb", "status"}}, silence,
                      [&](const json& progress) { progress_.push_back(progress); });
    requests_ = coordinator.requests();
    return reply;
  }
  Reply ask_sending(const std::string& text) {
    return ask_with({[=](Connection& connection) { connection.send_text(text); }});
  }

  harness::TempDir dir_{"client"};
  std::vector<json> progress_;
  std::vector<json> requests_;
};

TEST_F(Client, SendsTheRequestAndReturnsTheLastLine) {
  const Reply reply = ask_with({answers(1, "refused", {{"last", nullptr}})});
  ASSERT_EQ(reply.kind, Reply::Kind::kDone) << reply.error;
  EXPECT_EQ(reply.done["exit"], 1);
  EXPECT_EQ(reply.done["message"], "refused");
  ASSERT_EQ(requests_.size(), 1U);
  EXPECT_EQ(requests_[0], json({{"verb", "status"}}));
}

TEST_F(Client, PassesNewsOnInOrder) {
  ask_with({[](Connection& connection) {
    connection.progress({{"n", 1}});
    connection.progress({{"n", 2}});
    connection.done(0, "");
  }});
  ASSERT_EQ(progress_.size(), 2U);
  EXPECT_EQ(progress_[0]["n"], 1);
  EXPECT_EQ(progress_[1]["n"], 2);
}

TEST_F(Client, PutsALineTogetherThatArrivesInPieces) {
  const Reply reply = ask_with({[](Connection& connection) {
    for (const char* piece : {"{\"done\":{\"ex", "it\":0,\"mess", "age\":\"fine\"}}", "\n"}) {
      connection.send_text(std::string_view(piece));
      std::this_thread::sleep_for(20ms);
    }
  }});
  ASSERT_EQ(reply.kind, Reply::Kind::kDone) << reply.error;
  EXPECT_EQ(reply.done["message"], "fine");
}

TEST_F(Client, TakesTwoLinesThatArriveTogether) {
  const Reply reply =
      ask_sending("{\"progress\":{\"n\":1}}\n{\"done\":{\"exit\":0,\"message\":\"\"}}\n");
  EXPECT_EQ(reply.kind, Reply::Kind::kDone) << reply.error;
  EXPECT_EQ(progress_.size(), 1U);
}

TEST_F(Client, TakesALineOfNearlyOneMebibyteAndRefusesALongerOne) {
  const auto of_size = [](std::size_t size) {
    const std::string start = R"({"done":{"exit":0,"message":")", end = R"("}})";
    return start + std::string(size - start.size() - end.size(), 'x') + end + "\n";
  };
  EXPECT_EQ(ask_sending(of_size(1 << 20)).kind, Reply::Kind::kDone);
  const Reply reply = ask_sending(of_size((1 << 20) + 1));
  EXPECT_EQ(reply.kind, Reply::Kind::kBroken);
  EXPECT_NE(reply.error.find("1 MiB"), std::string::npos) << reply.error;
}

TEST_F(Client, RefusesALineThatNeverEnds) {
  const Reply reply = ask_with({[](Connection& connection) {
    const std::string block(1 << 16, 'x');
    for (int i = 0; i < 64; ++i) connection.send_text(block);
  }});
  EXPECT_EQ(reply.kind, Reply::Kind::kBroken);
  EXPECT_NE(reply.error.find("1 MiB"), std::string::npos) << reply.error;
}

TEST_F(Client, SaysThatNobodyIsThere) {
  const Reply reply = ask(socket_path(dir_.path()), {{"verb", "status"}}, 1s);
  EXPECT_EQ(reply.kind, Reply::Kind::kNoCoordinator);
  EXPECT_NE(reply.error.find("control.sock"), std::string::npos) << reply.error;
}

TEST_F(Client, SaysThatTheSocketIsLeftOverFromOneThatDied) {
  { const FakeCoordinator gone(dir_.path(), {}); }
  const Reply reply = ask(socket_path(dir_.path()), {{"verb", "status"}}, 1s);
  EXPECT_EQ(reply.kind, Reply::Kind::kNoCoordinator);
  EXPECT_NE(reply.error.find("refused"), std::string::npos) << reply.error;
}

TEST_F(Client, RefusesAPathThatNoSocketCanHave) {
  const Reply reply = ask("/" + std::string(200, 'x'), {{"verb", "status"}}, 1s);
  EXPECT_EQ(reply.kind, Reply::Kind::kNoCoordinator);
  EXPECT_NE(reply.error.find("longer than"), std::string::npos) << reply.error;
}

TEST_F(Client, GivesUpOnSilence) {
  const auto begin = std::chrono::steady_clock::now();
  const Reply reply = ask_with({[](Connection& connection) { connection.stay_silent(); }}, 200ms);
  const auto took = std::chrono::steady_clock::now() - begin;
  EXPECT_EQ(reply.kind, Reply::Kind::kBroken);
  EXPECT_NE(reply.error.find("no word"), std::string::npos) << reply.error;
  EXPECT_GE(took, 200ms);
  EXPECT_LT(took, 3s);
}

TEST_F(Client, GivesUpOnALineThatDribbles) {
  const Reply reply = ask_with({[](Connection& connection) {
                                 for (int i = 0; i < 100; ++i) {
                                   connection.send_text("x");
                                   std::this_thread::sleep_for(20ms);
                                 }
                               }},
                               300ms);
  EXPECT_EQ(reply.kind, Reply::Kind::kBroken);
  EXPECT_NE(reply.error.find("no word"), std::string::npos) << reply.error;
}

TEST_F(Client, CountsSilenceAnewAfterEachLine) {
  const Reply reply = ask_with({[](Connection& connection) {
                                 for (int i = 0; i < 5; ++i) {
                                   std::this_thread::sleep_for(150ms);
                                   connection.progress({{"n", i}});
                                 }
                                 connection.done(0, "");
                               }},
                               500ms);
  EXPECT_EQ(reply.kind, Reply::Kind::kDone) << reply.error;
}

TEST_F(Client, TellsAnEndInMidLineFromAnEndBetweenLines) {
  EXPECT_NE(ask_sending("{\"done\":").error.find("middle of a line"), std::string::npos);
  EXPECT_NE(ask_sending("{\"progress\":{}}\n").error.find("before its last line"),
            std::string::npos);
}

TEST_F(Client, AnEndBeforeAnyLineMeansThatNothingWasDone) {
  EXPECT_EQ(ask_with({[](Connection&) {}}).kind, Reply::Kind::kLeft);
  EXPECT_EQ(ask_with({}).kind, Reply::Kind::kLeft) << "closed with the request unread";
}

TEST_F(Client, AnEndAfterTheRequestWasTakenLeavesItUnknown) {
  EXPECT_EQ(ask_sending("{\"taken\":{}}\n").kind, Reply::Kind::kBroken);
  EXPECT_EQ(ask_sending("{\"progress\":{}}\n").kind, Reply::Kind::kBroken);
  EXPECT_EQ(ask_sending("{\"tak").kind, Reply::Kind::kBroken);
}

TEST_F(Client, RefusesWhatIsNoAnswer) {
  for (const char* line :
       {"nonsense\n", "[]\n", "{}\n", "{\"progress\":3}\n", "{\"done\":3}\n",
        "{\"done\":{\"exit\":0}}\n", "{\"done\":{\"exit\":1,\"message\":\"\",\"again\":3}}\n",
        "{\"done\":{\"exit\":\"0\",\"message\":\"\"}}\n"})
    EXPECT_EQ(ask_sending(line).kind, Reply::Kind::kBroken) << line;
}

void on_signal(int) {}

TEST_F(Client, IsNotDisturbedBySignals) {
  struct sigaction action {};
  action.sa_handler = on_signal;  // without SA_RESTART: poll and recv answer EINTR
  sigaction(SIGUSR1, &action, nullptr);
  const pthread_t asker = pthread_self();
  const Reply reply = ask_with({[=](Connection& connection) {
    for (int i = 0; i < 20; ++i) {
      pthread_kill(asker, SIGUSR1);
      std::this_thread::sleep_for(5ms);
    }
    connection.done(0, "fine");
  }});
  EXPECT_EQ(reply.kind, Reply::Kind::kDone) << reply.error;
}

}  // namespace
}  // namespace cutover::tests
