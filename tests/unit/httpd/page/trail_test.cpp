// SPDX-License-Identifier: Apache-2.0
#include "mod_cutover/httpd/page/html/trail.h"

#include <gtest/gtest.h>

#include "mod_cutover/httpd/page/sources/events.h"

namespace cutover {
namespace {

using nlohmann::json;

TrailLine line_of(const json& event) {
  const auto trail = trail_of(json::array({event}));
  return trail.empty() ? TrailLine{} : trail.front();
}

TEST(Trail, TellsWhoDidWhatAndHowItEnded) {
  const TrailLine asked = line_of({{"at", "2026-01-01T00:00:00.000Z"},
                                   {"site", "shop"},
                                   {"event", "asked"},
                                   {"verb", "switch"},
                                   {"by", "alice"},
                                   {"accept_data_loss", false}});
  EXPECT_EQ(asked.what, "asked: switch");
  EXPECT_EQ(asked.by, "alice");
  EXPECT_EQ(asked.more, "") << "what is not so is not told";
  EXPECT_EQ(line_of({{"event", "switch done"},
                     {"id", "CUT0311"},
                     {"last", {{"reason", ""}, {"pause_ms", 3.25}, {"duration_ms", 2100}}}})
                .more,
            "pause 3.2 ms, 2.1 s in all; CUT0311");
  EXPECT_EQ(line_of({{"event", "switch refused"}, {"last", {{"reason", "lag"}}}}).more, "lag");
  EXPECT_EQ(line_of({{"event", "rehearsal aborted"}, {"rehearsal", {{"reason", "late"}}}}).more,
            "late");
  EXPECT_EQ(line_of({{"event", "hook x"}, {"ok", true}, {"output", "said"}}).more,
            "ok: true; output: said");
}

TEST(Trail, NoFieldIsSureToBeThereOrOfItsKind) {
  EXPECT_EQ(line_of(json::object()).what, "");
  EXPECT_EQ(line_of({{"event", 5}, {"last", "gone"}}).more, "gone");
  EXPECT_EQ(line_of({{"event", "x"}, {"last", {{"pause_ms", "long"}}}}).more,
            "pause 0.0 ms, 0.0 ms in all");
  EXPECT_TRUE(trail_of(nullptr).empty());
  EXPECT_TRUE(trail_of(json::array({1, "two", nullptr})).empty());
}

TEST(Trail, TheNewestComesFirstAndNotAllOfThem) {
  json events = json::array();
  for (int i = 0; i < 50; ++i) events.push_back({{"event", std::to_string(i)}});
  const auto trail = trail_of(events);
  EXPECT_EQ(trail.front().what, "49");
  EXPECT_EQ(trail.size(), 12U);
}

TEST(Trail, ALongOutputIsCutBetweenTwoLetters) {
  std::string output;
  for (int i = 0; i < 300; ++i) output += "\xc3\xa4";
  for (const std::string before : {"", "x"}) {
    const std::string more = line_of({{"event", "hook"}, {"output", before + output}}).more;
    EXPECT_LT(more.size(), 420U);
    EXPECT_TRUE(more.ends_with("\xc3\xa4 ...")) << more;
  }
}

TEST(Trail, IsWrittenEscaped) {
  Html html;
  write_trail(html, {{"2026", "<b>", "what", "\x1b[2J", "</li><script>"}});
  const std::string text = html.take();
  EXPECT_EQ(text.find("<script>"), std::string::npos) << text;
  EXPECT_NE(text.find("\\x1b[2J"), std::string::npos) << text;
}

}  // namespace
}  // namespace cutover
