// SPDX-License-Identifier: Apache-2.0
#include "mod_cutover/cutoverd/databases/verify/told.h"

#include <cctype>

#include "shared/words/harmless.h"

namespace cutover {
namespace {

constexpr std::size_t kShown = 24;
constexpr std::size_t kDigest = 8;
constexpr std::size_t kColumns = 4;  // of those that differ

constexpr std::size_t kEach = 3;  // columns for one: digest, length, beginning

std::string value(const VerifiedColumn& column, const Rows& row, std::size_t c) {
  const auto digest = row.at(0, c * kEach);
  if (!digest) return "NULL";
  const std::string begin = row.at(0, c * kEach + 2).value_or("");
  if (is_plain(column)) return harmless(begin);
  const std::string length = row.at(0, c * kEach + 1).value_or("?");
  return (is_text(column) ? "'" + masked(begin) + "' " : "") + "(" + length + " bytes, " +
         digest->substr(0, kDigest) + ")";
}

std::string key_of(const VerifiedTable& table, const Rows& row) {
  std::string text;
  for (const VerifiedColumn& k : table.key)
    for (std::size_t c = 0; c < table.columns.size(); ++c)
      if (table.columns[c].name == k.name)
        text += (text.empty() ? "" : ", ") + harmless(k.name) + " " + value(k, row, c);
  return text;
}

std::string which_differ(const VerifiedTable& table, const std::string& one_label, const Rows& one,
                         const std::string& other_label, const Rows& other) {
  std::string text;
  std::size_t count = 0;
  for (std::size_t c = 0; c < table.columns.size(); ++c) {
    if (one.at(0, c * kEach) == other.at(0, c * kEach)) continue;
    if (++count > kColumns) continue;
    text += (text.empty() ? "" : "; ") + harmless(table.columns[c].name) + " " +
            value(table.columns[c], one, c) + " on " + one_label + ", " +
            value(table.columns[c], other, c) + " on " + other_label;
  }
  if (count > kColumns) text += "; and " + std::to_string(count - kColumns) + " more columns";
  return text.empty() ? "differs" : text;
}

}  // namespace

std::string masked(const std::string& text) {
  std::string out;
  std::size_t shown = 0;
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    if ((byte & 0xC0U) == 0x80U) continue;  // the rest of a character
    if (++shown > kShown) return harmless(out) + "...";
    if (byte >= 0x80 || std::isalpha(byte) != 0)
      out += 'x';
    else
      out += std::isdigit(byte) != 0 ? '9' : c;
  }
  return harmless(out);
}

std::string told(Half& one, Half& other, const RowKey& key) {
  const Result here = one.reader.ask(values_at(one.table, key));
  const Result there = other.reader.ask(values_at(other.table, key));
  if (!here.ok() || !there.ok()) return "a row that cannot be read any more";
  if (here.rows.empty() && there.rows.empty()) return "a row that is gone by now";
  if (here.rows.empty() || there.rows.empty()) {
    const Half& has = here.rows.empty() ? other : one;
    const Half& lacks = here.rows.empty() ? one : other;
    return key_of(has.table, here.rows.empty() ? there.rows : here.rows) + ": missing on " +
           lacks.reader.label();
  }
  return key_of(one.table, here.rows) + ": " +
         which_differ(one.table, one.reader.label(), here.rows, other.reader.label(), there.rows);
}

}  // namespace cutover
