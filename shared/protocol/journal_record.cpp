// SPDX-License-Identifier: Apache-2.0
#include "shared/protocol/journal_record.h"

#include <array>
#include <charconv>
#include <limits>
#include <map>
#include <utility>

namespace cutover {
namespace {

constexpr std::string_view kHeader = "mod_cutover journal 1\n";
constexpr std::array<std::string_view, 10> kNames = {
    "rest", "drain", "fence", "catch", "promote", "release", "undo", "resolve", "prove", "return"};

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

std::string named(const std::optional<Direction>& direction) {
  return direction ? std::string(name(*direction)) : "no";
}

// Versions before 0.1.0 did not say. What was under way there had its before-hook behind it.
std::optional<Direction> prepared_by_default(const JournalRecord& r) {
  if (r.phase == JournalPhase::kRest) return std::nullopt;
  return towards(r.phase == JournalPhase::kRelease ? r.side : other(r.side));
}

std::string yes_or_no(bool flag) { return flag ? "yes" : "no"; }

// Fields one after another; what is left over at the end is of another version.
struct Taken {
  Fields& fields;
  bool well = true;

  bool later(std::string_view key) const { return fields.contains(key); }
  std::string text(std::string_view key) {
    const auto field = fields.find(key);
    if (field == fields.end()) {
      well = false;
      return {};
    }
    std::string value = std::move(field->second);
    fields.erase(field);
    return value;
  }
  bool flag(std::string_view key) {
    const std::string value = text(key);
    well = well && (value == "yes" || value == "no");
    return value == "yes";
  }
  template <typename Number>
  Number number(std::string_view key) {
    const std::string value = text(key);
    Number result = 0;
    const auto [end, error] = std::from_chars(value.data(), value.data() + value.size(), result);
    well = well && error == std::errc{} && end == value.data() + value.size();
    return result;
  }
};

}  // namespace

std::string_view name(JournalPhase phase) { return kNames[static_cast<std::size_t>(phase)]; }

std::string render(const JournalRecord& r) {
  std::string text(kHeader);
  const auto line = [&text](const std::string& key, const std::string& value) {
    text += key + " " + escaped(value) + "\n";
  };
  line("sequence", std::to_string(r.sequence));
  line("phase", std::string(name(r.phase)));
  line("side", std::string(name(r.side)));
  line("position", r.position);
  line("in_doubt", yes_or_no(r.in_doubt));
  line("doubt", r.doubt);
  line("served_word", r.served_word);
  line("owed", yes_or_no(r.owed));
  line("prepared", std::string(named(r.prepared)));
  line("fence_owed", yes_or_no(r.fence_owed));
  line("epoch", std::to_string(r.epoch));
  line("remembered", std::to_string(r.remembered));
  line("links_owed", yes_or_no(r.links_owed));
  line("looked_ms", std::to_string(r.looked_ms));
  line("completed_ms", std::to_string(r.completed_ms));
  line("clearing_owed", yes_or_no(r.clearing_owed));
  for (const Side side : {Side::kOld, Side::kNew}) {
    const std::string prefix(name(side));
    line(prefix + "_server", r.note(side).server);
    line(prefix + "_connections", std::to_string(r.note(side).connections));
    line(prefix + "_restarted", yes_or_no(r.note(side).restarted));
  }
  return text + "checksum " + hex(crc32(text)) + "\n";
}

std::optional<JournalRecord> parse_record(std::string_view text) {
  constexpr std::size_t kTail = 18;  // "checksum 01234567\n"
  if (text.size() < kHeader.size() + kTail || !text.starts_with(kHeader)) return {};
  const std::string_view signed_part = text.substr(0, text.size() - kTail);
  if (text.substr(text.size() - kTail) != "checksum " + hex(crc32(signed_part)) + "\n") return {};
  auto fields = fields_of(signed_part.substr(kHeader.size()));
  if (!fields) return {};

  Taken taken{*fields};
  JournalRecord r;
  const auto phase = phase_named(taken.text("phase"));
  const auto side = side_named(taken.text("side"));
  if (!phase || !side) return {};
  r.phase = *phase;
  r.side = *side;
  r.sequence = taken.number<std::uint64_t>("sequence");
  r.position = taken.text("position");
  r.in_doubt = taken.flag("in_doubt");
  r.doubt = taken.text("doubt");
  r.served_word = taken.text("served_word");
  r.owed = taken.later("owed") && taken.flag("owed");
  const std::string prepared =
      taken.later("prepared") ? taken.text("prepared") : named(prepared_by_default(r));
  for (const Direction direction : {Direction::kSwitch, Direction::kRollback})
    if (prepared == name(direction)) r.prepared = direction;
  if (prepared != named(r.prepared)) return {};
  r.fence_owed = taken.later("fence_owed") && taken.flag("fence_owed");
  if (taken.later("epoch")) r.epoch = taken.number<std::uint64_t>("epoch");
  if (taken.later("remembered")) r.remembered = taken.number<std::uint64_t>("remembered");
  r.links_owed = taken.later("links_owed") && taken.flag("links_owed");
  if (taken.later("looked_ms")) r.looked_ms = taken.number<std::int64_t>("looked_ms");
  if (taken.later("completed_ms")) r.completed_ms = taken.number<std::int64_t>("completed_ms");
  r.clearing_owed = taken.later("clearing_owed") && taken.flag("clearing_owed");
  // It is said of a site that new serves, at rest.
  const bool moved = r.phase == JournalPhase::kRest && r.side == Side::kNew;
  if (r.completed_ms < 0 || (!moved && r.completed()) || (r.clearing_owed && !r.completed()))
    return {};
  for (const Side of : {Side::kOld, Side::kNew}) {
    const std::string prefix(name(of));
    if (!taken.later(prefix + "_server")) continue;
    r.note(of).server = taken.text(prefix + "_server");
    r.note(of).connections = taken.number<std::uint64_t>(prefix + "_connections");
    r.note(of).restarted = taken.flag(prefix + "_restarted");
  }
  // No record could be newer than that one.
  if (r.sequence == std::numeric_limits<std::uint64_t>::max()) return {};
  if (!taken.well || !fields->empty()) return {};
  return r;
}

}  // namespace cutover
