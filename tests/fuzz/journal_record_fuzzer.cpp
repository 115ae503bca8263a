// SPDX-License-Identifier: Apache-2.0
// The journal's record: whatever is read back is what was written, and a changed byte is seen.
#include <algorithm>

#include "shared/protocol/journal_record.h"
#include "tests/fuzz/checksum.h"
#include "tests/fuzz/fuzz.h"

namespace cutover::fuzz {
namespace {

auto lines_of(const std::string& text) { return std::count(text.begin(), text.end(), '\n'); }

void survives(const JournalRecord& record) {
  static const auto kLines = lines_of(render(JournalRecord{}));
  const std::string text = render(record);
  const auto again = parse_record(text);
  promise(again.has_value(), "a record that was written is whole");
  promise(*again == record, "a record comes back as it was written");
  promise(text.find('\0') == std::string::npos, "a NUL would end the record in its slot");
  promise(lines_of(text) == kLines, "no value forges a line");
}

// An escape that nobody writes, such as \y, stands for its letter.
void has_line(std::string body, const std::string& line) {
  std::erase(body, '\\');
  promise(("\n" + body).find("\n" + line + "\n") != std::string::npos,
          "what is read stands in the text: " + line);
}

void any_changed_byte_is_seen(const JournalRecord& record, std::string_view input) {
  std::string text = render(record);
  const std::size_t at =
      (input.empty() ? 0 : static_cast<unsigned char>(input.back()) * 7U + input.size()) %
      text.size();
  text[at] = static_cast<char>(text[at] ^ (1 << (input.size() % 8)));
  promise(!parse_record(text), "a flipped bit is seen");
}

}  // namespace

void journal_record(std::string_view input) {
  if (const auto record = parse_record(input)) survives(*record);
  const std::string body(input);
  if (const auto record = parse_record(with_checksum(body))) {
    survives(*record);
    has_line(body, "phase " + std::string(name(record->phase)));
    has_line(body, "side " + std::string(name(record->side)));
    has_line(body, std::string("in_doubt ") + (record->in_doubt ? "yes" : "no"));
  }
  JournalRecord any;
  any.position = std::string(next_line(input));
  any.served_word = std::string(next_line(input));
  any.doubt = std::string(input);
  any.in_doubt = !input.empty();
  if (body.size() % 3 != 0)
    any.prepared = body.size() % 3 == 1 ? Direction::kSwitch : Direction::kRollback;
  any.sequence = body.size();
  any.fence_owed = body.size() % 2 == 0;
  any.looked_ms = -static_cast<std::int64_t>(body.size());
  any.note(Side::kNew) = {any.served_word, body.size(), any.in_doubt};
  survives(any);
  any_changed_byte_is_seen(any, body);
}

}  // namespace cutover::fuzz

CUTOVER_FUZZER(journal_record)
