// SPDX-License-Identifier: Apache-2.0
#include "mod_cutover/cutoverd/new_host/latency.h"

#include <gmock/gmock.h>

#include "tests/unit/fakes/fake_pages.h"

namespace cutover {
namespace {

using namespace std::chrono_literals;
using testing::HasSubstr;

Front front(const char* host, bool tls) {
  Front made;
  made.host = host;
  made.tls = tls;
  return made;
}

PageAnswer answered(int status, Nanos took) {
  PageAnswer answer;
  answer.status = status;
  answer.took = took;
  return answer;
}

TEST(LatencyOfNewHost, IsTheMiddleOneWithoutTheFirst) {
  FakePages pages;
  std::vector<Nanos> times{900ms, 30ms, 10ms, 20ms, 50ms, 40ms};
  pages.answer = [&](const PageQuestion&) -> Reading<PageAnswer> {
    const Nanos took = times.front();
    times.erase(times.begin());
    return {answered(200, took), ""};
  };
  const auto latency = latency_of_new_host(pages, {front("shop", false)}, 2s);
  ASSERT_TRUE(latency) << latency.error;
  EXPECT_EQ(*latency, 30ms);
  EXPECT_EQ(pages.asked, std::vector<std::string>(6, "new http://shop/"));
}

TEST(LatencyOfNewHost, IsThatOfTheVhostThatHasThePage) {
  FakePages pages;
  pages.answer = [&](const PageQuestion& question) -> Reading<PageAnswer> {
    return {question.front.tls ? answered(200, 80ms) : answered(301, 1ms), ""};
  };
  EXPECT_EQ(*latency_of_new_host(pages, {front("shop", false), front("shop", true)}, 2s), 80ms);
}

TEST(LatencyOfNewHost, OfASlowPageIsWhatTheTimeWasEnoughFor) {
  FakePages pages;
  pages.answer = [&](const PageQuestion&) -> Reading<PageAnswer> {
    if (pages.limits.back() < 700ms) return {std::nullopt, "timed out"};
    return {answered(200, 700ms), ""};
  };
  EXPECT_EQ(*latency_of_new_host(pages, {front("shop", false)}, 2s), 700ms);
  EXPECT_EQ(pages.asked.size(), 3U) << "and no longer";
}

TEST(LatencyOfNewHost, IsNotKnownWithoutAnAnswerOrAVhost) {
  FakePages pages;
  pages.answer = [](const PageQuestion&) -> Reading<PageAnswer> { return {std::nullopt, "down"}; };
  EXPECT_EQ(latency_of_new_host(pages, {front("shop", false)}, 2s).error, "down");
  EXPECT_THAT(latency_of_new_host(pages, {}, 2s).error, HasSubstr("no vhost"));
}

}  // namespace
}  // namespace cutover
