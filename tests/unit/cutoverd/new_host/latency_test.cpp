// SPDX-License-Identifier: Apache-2.0
// The front page: of which vhost it is, and how long it takes.
#include "mod_cutover/cutoverd/new_host/latency.h"

#include <gmock/gmock.h>

#include "tests/unit/fakes/fake_pages.h"

namespace cutover {
namespace {

using namespace std::chrono_literals;
using testing::HasSubstr;

Front front(const char* host, bool tls = false) {
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

TEST(FrontPage, IsTheFirstVhostsThatHasOne) {
  FakePages pages;
  pages.answer = [&](const PageQuestion& question) -> Reading<PageAnswer> {
    return {question.front.tls ? answered(200, 80ms) : answered(301, 1ms), ""};
  };
  const auto page = front_page(pages, {front("shop"), front("shop", true)}, Side::kOld, 2s);
  ASSERT_TRUE(page) << page.error;
  EXPECT_TRUE(page->front.tls);
  EXPECT_EQ(page->answer.took, 80ms);
  EXPECT_EQ(pages.limits, (std::vector<Nanos>{2s, 1999ms}));
  EXPECT_EQ(pages.asked[0], "old http://shop/");
}

TEST(FrontPage, IsNotKnownWithoutAnAnswerOrAVhost) {
  FakePages pages;
  pages.answer = [](const PageQuestion&) -> Reading<PageAnswer> { return {std::nullopt, "down"}; };
  EXPECT_EQ(front_page(pages, {front("shop")}, Side::kNew, 2s).error, "http://shop/: down");
  EXPECT_THAT(front_page(pages, {}, Side::kNew, 2s).error, HasSubstr("no vhost"));
}

TEST(Latency, IsTheMiddleOneOfThoseAfterTheFirst) {
  FakePages pages;
  std::vector<Nanos> times{30ms, 10ms, 20ms, 50ms, 40ms};
  pages.answer = [&](const PageQuestion&) -> Reading<PageAnswer> {
    const Nanos took = times.front();
    times.erase(times.begin());
    return {answered(200, took), ""};
  };
  EXPECT_EQ(latency(pages, {front("shop"), answered(200, 900ms)}, 2s), 30ms);
  EXPECT_EQ(pages.asked, std::vector<std::string>(5, "new http://shop/"));
}

TEST(Latency, OfASlowPageIsWhatTheTimeWasEnoughFor) {
  FakePages pages;
  pages.answer = [&](const PageQuestion&) -> Reading<PageAnswer> {
    if (pages.limits.back() < 700ms) return {std::nullopt, "timed out"};
    return {answered(200, 700ms), ""};
  };
  EXPECT_EQ(latency(pages, {front("shop"), answered(200, 900ms)}, 2s), 700ms);
  EXPECT_EQ(pages.asked.size(), 3U) << "and no longer";
  EXPECT_EQ(latency(pages, {front("shop"), answered(200, 900ms)}, 500ms), 900ms);
}

}  // namespace
}  // namespace cutover
