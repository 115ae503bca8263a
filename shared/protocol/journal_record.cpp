// SPDX-License-Identifier: Apache-2.0
#include "shared/protocol/journal_record.h"

#include <array>
#include <charconv>
#include <limits>
#include <map>

namespace cutover {
namespace {

constexpr std::string_view kHeader = "mod_cutover journal 1\n";
constexpr std::array<std::string_view, 7> kNames = {"rest",    "drain",   "fence", "catch",
                                                    "promote", "release", "undo"};

std::uint32_t crc32(std::string_view text) {
  std::uint32_t crc = ~0U;
  for (const char c : text) {
    crc ^= static_cast<unsigned char>(c);
    for (int bit = 0; bit < 8; ++bit) crc = crc >> 1 ^ (0xEDB88320U & (0U - (crc & 1U)));
  }
  return ~crc;
}

std::string hex(std::uint32_t value) {
  std::string text(8, '0');
  for (int i = 7; i >= 0; --i, value >>= 4)
    text[static_cast<std::size_t>(i)] = "0123456789abcdef"[value & 15U];
  return text;
}

std::string escaped(std::string_view value) {
  std::string out;
  for (const char c : value) {
    if (c == '\n') {
      out += "\\n";
    } else if (c == '\0') {
      out += "\\0";  // a NUL ends the text in the file
    } else if (c == '\\') {
      out += "\\\\";
    } else {
      out += c;
    }
  }
  return out;
}

std::string unescaped(std::string_view value) {
  std::string out;
  for (std::size_t i = 0; i < value.size(); ++i) {
    const bool escape = value[i] == '\\' && i + 1 < value.size();
    if (escape) ++i;
    if (escape && value[i] == 'n') {
      out += '\n';
    } else if (escape && value[i] == '0') {
      out += '\0';
    } else {
      out += value[i];
    }
  }
  return out;
}

using Fields = std::map<std::string_view, std::string>;

// "key value\n" lines; nothing when a line has no end or a key comes twice.
std::optional<Fields> fields_of(std::string_view body) {
  Fields fields;
  while (!body.empty()) {
    const std::size_t end = body.find('\n');
    const std::size_t space = body.find(' ');
    if (end == std::string_view::npos || space == std::string_view::npos || space > end) return {};
    const bool fresh =
        fields.emplace(body.substr(0, space), unescaped(body.substr(space + 1, end - space - 1)))
            .second;
    if (!fresh) return {};
    body.remove_prefix(end + 1);
  }
  return fields;
}

std::optional<JournalPhase> phase_named(std::string_view text) {
  for (std::size_t i = 0; i < kNames.size(); ++i)
    if (kNames[i] == text) return static_cast<JournalPhase>(i);
  return std::nullopt;
}

std::string_view named(const std::optional<Direction>& direction) {
  return direction ? name(*direction) : "no";
}

// Versions before 0.1.0 did not say. What was under way there had its before-hook behind it.
std::string_view prepared_by_default(std::string_view phase, std::string_view side) {
  if (phase == name(JournalPhase::kRest)) return "no";
  const bool arrives = phase == name(JournalPhase::kRelease);
  return name((side == name(Side::kNew)) == arrives ? Direction::kSwitch : Direction::kRollback);
}

}  // namespace

std::string_view name(JournalPhase phase) { return kNames[static_cast<std::size_t>(phase)]; }

std::string render(const JournalRecord& r) {
  std::string text(kHeader);
  text += "sequence " + std::to_string(r.sequence) + "\n";
  text += "phase " + std::string(name(r.phase)) + "\n";
  text += "side " + std::string(name(r.side)) + "\n";
  text += "position " + escaped(r.position) + "\n";
  text += "in_doubt " + std::string(r.in_doubt ? "yes" : "no") + "\n";
  text += "doubt " + escaped(r.doubt) + "\n";
  text += "served_word " + escaped(r.served_word) + "\n";
  text += "owed " + std::string(r.owed ? "yes" : "no") + "\n";
  text += "prepared " + std::string(named(r.prepared)) + "\n";
  return text + "checksum " + hex(crc32(text)) + "\n";
}

std::optional<JournalRecord> parse_record(std::string_view text) {
  constexpr std::size_t kTail = 18;  // "checksum 01234567\n"
  if (text.size() < kHeader.size() + kTail || !text.starts_with(kHeader)) return {};
  const std::string_view signed_part = text.substr(0, text.size() - kTail);
  if (text.substr(text.size() - kTail) != "checksum " + hex(crc32(signed_part)) + "\n") return {};

  auto fields = fields_of(signed_part.substr(kHeader.size()));
  if (!fields) return {};
  fields->try_emplace("owed", "no");  // versions before 0.1.0 had nothing to owe
  for (const char* key :
       {"sequence", "phase", "side", "position", "in_doubt", "doubt", "served_word"})
    if (!fields->contains(key)) return {};
  fields->try_emplace("prepared", prepared_by_default(fields->at("phase"), fields->at("side")));
  if (fields->size() != 9) return {};

  JournalRecord r;
  const std::string& sequence = fields->at("sequence");
  const auto [end, error] =
      std::from_chars(sequence.data(), sequence.data() + sequence.size(), r.sequence);
  const auto phase = phase_named(fields->at("phase"));
  const auto side = side_named(fields->at("side"));
  const std::string& doubt = fields->at("in_doubt");
  const std::string& owed = fields->at("owed");
  const std::string& prepared = fields->at("prepared");
  if (error != std::errc{} || end != sequence.data() + sequence.size() || !phase || !side ||
      (doubt != "yes" && doubt != "no") || (owed != "yes" && owed != "no"))
    return {};
  for (const Direction direction : {Direction::kSwitch, Direction::kRollback})
    if (prepared == name(direction)) r.prepared = direction;
  if (prepared != named(r.prepared)) return {};
  // No record could be newer than that one.
  if (r.sequence == std::numeric_limits<std::uint64_t>::max()) return {};
  r.phase = *phase;
  r.side = *side;
  r.position = fields->at("position");
  r.in_doubt = doubt == "yes";
  r.doubt = fields->at("doubt");
  r.served_word = fields->at("served_word");
  r.owed = owed == "yes";
  return r;
}

}  // namespace cutover
