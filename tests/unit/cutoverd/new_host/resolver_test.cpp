// SPDX-License-Identifier: Apache-2.0
// DNS, asked of a name server on this machine.
#include "mod_cutover/cutoverd/new_host/resolver.h"

#include <arpa/inet.h>
#include <gmock/gmock.h>
#include <sys/socket.h>

#include <thread>

#include "mod_cutover/state/fd.h"

namespace cutover {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

// Answers so many questions, one by one, with what is made of each.
class NameServerHere {
 public:
  using Make = std::function<std::string(const std::string& question)>;
  NameServerHere(int questions, Make make) : socket_(::socket(AF_INET, SOCK_DGRAM, 0)) {
    sockaddr_in at{};
    at.sin_family = AF_INET;
    at.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    socklen_t size = sizeof at;
    EXPECT_EQ(::bind(socket_.get(), reinterpret_cast<sockaddr*>(&at), size), 0);
    EXPECT_EQ(::getsockname(socket_.get(), reinterpret_cast<sockaddr*>(&at), &size), 0);
    port_ = ntohs(at.sin_port);
    thread_ = std::thread([this, questions, make] { answer(questions, make); });
  }
  ~NameServerHere() { thread_.join(); }
  std::uint16_t port() const { return port_; }

 private:
  void answer(int questions, const Make& make) {
    while (questions-- > 0) {
      std::array<char, 512> bytes{};
      sockaddr_in from{};
      socklen_t size = sizeof from;
      const ssize_t got = ::recvfrom(socket_.get(), bytes.data(), bytes.size(), 0,
                                     reinterpret_cast<sockaddr*>(&from), &size);
      if (got <= 0) return;
      const std::string made = make({bytes.data(), static_cast<std::size_t>(got)});
      ::sendto(socket_.get(), made.data(), made.size(), 0, reinterpret_cast<sockaddr*>(&from),
               size);
    }
  }

  Fd socket_;
  std::uint16_t port_ = 0;
  std::thread thread_;
};

std::string bytes(std::initializer_list<int> all) {
  std::string text;
  for (const int one : all) text.push_back(static_cast<char>(one));
  return text;
}

// The answer to `question`: its head and question, then the records.
std::string answer_to(const std::string& question, int code, int records, const std::string& rest) {
  const std::size_t end = question.find('\0', 12) + 5;
  return question.substr(0, 2) + bytes({0x81, 0x80 | code, 0, 1, 0, records, 0, 0, 0, 0}) +
         question.substr(12, end - 12) + rest;
}

int type_of(const std::string& question) { return question[question.find('\0', 12) + 2]; }

TEST(Resolver, BringsBackBothFamiliesAndTheLongestTtlOfTheWay) {
  // An alias (CNAME) to itself with a TTL of 600 s, then the address with 60 s.
  const NameServerHere server(2, [](const std::string& question) {
    const std::string alias = bytes({0xc0, 12, 0, 5, 0, 1, 0, 0, 2, 0x58, 0, 2, 0xc0, 12});
    if (type_of(question) == 1)
      return answer_to(question, 0, 2,
                       alias + bytes({0xc0, 12, 0, 1, 0, 1, 0, 0, 0, 60, 0, 4, 192, 0, 2, 7}));
    return answer_to(question, 0, 1, bytes({0xc0, 12,   0, 28, 0, 1, 0, 0, 0, 60, 0, 16, 0x20, 1,
                                            0x0d, 0xb8, 0, 0,  0, 0, 0, 0, 0, 0,  0, 0,  0,    7}));
  });
  const auto entry = Resolver(server.port()).look_up("shop.example.se");
  ASSERT_TRUE(entry) << entry.error;
  EXPECT_THAT(entry->addresses, ElementsAre("192.0.2.7", "2001:db8::7"));
  EXPECT_EQ(entry->ttl_s, 600);
}

TEST(Resolver, ANameThatThereIsNotHasNoAddressesAndATroubledServerIsNoAnswer) {
  const NameServerHere none(2, [](const std::string& q) { return answer_to(q, 3, 0, ""); });
  const auto entry = Resolver(none.port()).look_up("shop.example.se");
  ASSERT_TRUE(entry) << entry.error;
  EXPECT_THAT(entry->addresses, IsEmpty());
  const NameServerHere troubled(1, [](const std::string& q) { return answer_to(q, 2, 0, ""); });
  const auto trouble = Resolver(troubled.port()).look_up("shop.example.se");
  EXPECT_FALSE(trouble);
  EXPECT_EQ(trouble.error, "no name server answers");
}

TEST(Resolver, ASilentServerIsWaitedForInBounds) {
  const NameServerHere silent(0, {});
  const auto begin = std::chrono::steady_clock::now();
  EXPECT_EQ(Resolver(silent.port()).look_up("shop.example.se").error, "no name server answers");
  EXPECT_LT(std::chrono::steady_clock::now() - begin, std::chrono::milliseconds(2500));
}

TEST(Resolver, AnAddressIsItsOwnEntryAndTheLoopbackIsHere) {
  Resolver resolver(1);
  for (const char* address : {"192.0.2.7", "2001:db8::7"}) {
    const auto entry = resolver.look_up(address);
    ASSERT_TRUE(entry) << entry.error;
    EXPECT_THAT(entry->addresses, ElementsAre(address));
  }
  EXPECT_TRUE(resolver.is_here("127.0.0.1"));
  EXPECT_FALSE(resolver.is_here("192.0.2.7"));
}

}  // namespace
}  // namespace cutover
