// SPDX-License-Identifier: Apache-2.0
// The text of a journal record: whole it comes back, cut or altered it is nothing.
#include "shared/protocol/journal_record.h"

#include <gtest/gtest.h>

#include <cstdio>

namespace cutover {
namespace {

JournalRecord sample() {
  return {42, JournalPhase::kPromote, Side::kNew, "0-1-17,0-2-18", true, "look\nhere \\n", "new"};
}

TEST(JournalRecord, EveryPhaseAndSideComesBackAsItWasWritten) {
  for (int phase = 0; phase <= static_cast<int>(JournalPhase::kResolve); ++phase)
    for (const Side side : {Side::kOld, Side::kNew}) {
      JournalRecord record = sample();
      record.phase = static_cast<JournalPhase>(phase);
      record.side = side;
      EXPECT_EQ(parse_record(render(record)), record);
    }
}

TEST(JournalRecord, WhatWasSeenOfTheServersComesBackAndIsMissingInAnEarlierOne) {
  JournalRecord record = sample();
  record.fence_owed = record.links_owed = true;
  record.looked_ms = 1'764'400'000'000;
  record.note(Side::kOld) = {"server_id 1", 42, true};
  EXPECT_EQ(parse_record(render(record)), record);
}

TEST(JournalRecord, ControlCharactersAndBackslashesInAValueComeBack) {
  JournalRecord record = sample();
  record.doubt = std::string("a\0b\\0\r\n\\", 8);
  EXPECT_EQ(parse_record(render(record)), record);
  EXPECT_EQ(render(record).find('\0'), std::string::npos) << "a NUL ends the text in the file";
}

TEST(JournalRecord, ATextCutAnywhereIsNothing) {
  const std::string whole = render(sample());
  for (std::size_t length = 0; length < whole.size(); ++length)
    EXPECT_FALSE(parse_record(whole.substr(0, length))) << length;
  EXPECT_FALSE(parse_record(whole + "\n"));
}

TEST(JournalRecord, ATextWithAnyOneBitAlteredIsNothing) {
  const std::string whole = render(sample());
  for (std::size_t at = 0; at < whole.size(); ++at)
    for (int bit = 0; bit < 8; ++bit) {
      std::string altered = whole;
      altered[at] = static_cast<char>(altered[at] ^ (1 << bit));
      EXPECT_FALSE(parse_record(altered)) << "byte " << at << " bit " << bit;
    }
}

TEST(JournalRecord, WhatABeforeHookHasPreparedComesBack) {
  for (const auto prepared : {std::optional<Direction>{}, std::optional(Direction::kSwitch),
                              std::optional(Direction::kRollback)}) {
    JournalRecord record = sample();
    record.phase = JournalPhase::kRest;
    record.prepared = prepared;
    EXPECT_EQ(parse_record(render(record)), record);
  }
}

// As render() does it, with a checksum that fits.
std::string without(const std::string& line, JournalRecord record) {
  std::string text = render(record);
  text.erase(text.find(line), text.find('\n', text.find(line)) - text.find(line) + 1);
  const std::string body = text.substr(0, text.find("checksum "));
  std::uint32_t crc = ~0U;
  for (const char c : body) {
    crc ^= static_cast<unsigned char>(c);
    for (int bit = 0; bit < 8; ++bit) crc = crc >> 1 ^ (0xEDB88320U & (0U - (crc & 1U)));
  }
  char sum[9];
  std::snprintf(sum, sizeof sum, "%08x", ~crc);
  return body + "checksum " + sum + "\n";
}

TEST(JournalRecord, OfAVersionThatDidNotSayARunUnderWayHasHadItsBeforeHook) {
  JournalRecord record = sample();
  const auto prepared = [&](JournalPhase phase, Side side) {
    record.phase = phase;
    record.side = side;
    const auto read = parse_record(without("prepared ", record));
    EXPECT_TRUE(read) << name(phase);
    return read ? read->prepared : std::nullopt;
  };
  EXPECT_EQ(prepared(JournalPhase::kRest, Side::kOld), std::nullopt);
  for (const JournalPhase phase : {JournalPhase::kDrain, JournalPhase::kFence, JournalPhase::kCatch,
                                   JournalPhase::kPromote, JournalPhase::kUndo}) {
    EXPECT_EQ(prepared(phase, Side::kOld), Direction::kSwitch);
    EXPECT_EQ(prepared(phase, Side::kNew), Direction::kRollback);
  }
  EXPECT_EQ(prepared(JournalPhase::kRelease, Side::kNew), Direction::kSwitch);
  EXPECT_EQ(prepared(JournalPhase::kRelease, Side::kOld), Direction::kRollback);
}

TEST(JournalRecord, AnotherVersionIsNothing) {
  std::string text = render(sample());
  text.replace(text.find("journal 1"), 9, "journal 2");
  EXPECT_FALSE(parse_record(text));
}

}  // namespace
}  // namespace cutover
