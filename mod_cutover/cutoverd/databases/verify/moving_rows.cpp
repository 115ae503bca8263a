// SPDX-License-Identifier: Apache-2.0
#include "mod_cutover/cutoverd/databases/verify/moving_rows.h"

#include <map>

namespace cutover {
namespace {

// By their keys as long as the statement stays short.
constexpr std::size_t kByKey = 200;
constexpr auto kLimit = std::chrono::seconds(30);

using Digests = std::map<RowKey, std::string>;

struct Moving {
  std::optional<std::string> source;
  std::optional<std::string> replica;
  int still = 0;
};
using Rows_ = std::map<RowKey, Moving>;

std::optional<std::string> found(const Digests& digests, const RowKey& key) {
  const auto at = digests.find(key);
  return at == digests.end() ? std::nullopt : std::optional(at->second);
}

// Why it cannot be told, or nothing.
std::string read(Half& half, const std::string& sql, Digests& digests) {
  const Result r = half.reader.ask(sql, kLimit);
  if (!r.ok()) return r.error;
  const std::size_t columns = half.table.key.size();
  for (std::size_t i = 0; i < r.rows.size(); ++i) {
    RowKey key;
    for (std::size_t c = 0; c < columns; ++c) key.push_back(r.rows.at(i, c).value_or(""));
    const auto digest = r.rows.at(i, columns);
    if (!digest) return half.reader.label() + ": a row of " + half.table.shown() + " has no digest";
    digests[std::move(key)] = *digest;
  }
  return {};
}

std::vector<RowKey> keys_of(const Rows_& rows) {
  std::vector<RowKey> keys;
  for (const auto& [key, row] : rows) keys.push_back(key);
  return keys;
}

// What each side has now of the rows that still differ; of all, at the first look.
std::string look(Half& source, Half& replica, const KeyRange& range, const Rows_* rows,
                 Digests& there, Digests& here) {
  const bool by_key = rows != nullptr && rows->size() <= kByKey;
  const auto sql = [&](const VerifiedTable& table) {
    return by_key ? digests_at(table, keys_of(*rows)) : digests_in(table, range, kMostInChunk);
  };
  if (std::string why = read(source, sql(source.table), there); !why.empty()) return why;
  if (std::string why = read(replica, sql(replica.table), here); !why.empty()) return why;
  if (!by_key && (there.size() >= kMostInChunk || here.size() >= kMostInChunk))
    return "more rows came between two keys of " + source.table.shown() + " than are looked at";
  return {};
}

void compare(const Digests& there, const Digests& here, Rows_& rows) {
  for (const auto& [key, digest] : there)
    if (const auto other = found(here, key); other != digest) rows[key] = {digest, other, 0};
  for (const auto& [key, digest] : here)
    if (!there.contains(key)) rows[key] = {std::nullopt, digest, 0};
}

// Takes those away that agree; moves those that have stood still for long enough to `different`.
void weigh(const Digests& there, const Digests& here, Rows_& rows, std::vector<RowKey>& different) {
  for (auto each = rows.begin(); each != rows.end();) {
    auto& [key, row] = *each;
    const auto source = found(there, key);
    const auto replica = found(here, key);
    const bool stands = source == row.source && replica == row.replica;
    row = {source, replica, stands ? row.still + 1 : 0};
    const bool agrees = source == replica;
    if (!agrees && row.still >= kStands) different.push_back(key);
    each = agrees || row.still >= kStands ? rows.erase(each) : std::next(each);
  }
}

}  // namespace

Settled settle(Half& source, Half& replica, Course& course, const KeyRange& range) {
  Settled settled;
  Rows_ rows;
  const auto ended = [&](Compared::Kind kind, const std::string& why) {
    return Settled{kind, why, {}, 0};
  };
  for (int n = 0; n == 0 || (n <= kLooks && !rows.empty()); ++n) {
    if (!course.rest(before_look(n))) return ended(Compared::Kind::kStopped, "");
    if (!course.caught_up()) return ended(Compared::Kind::kStopped, "");
    Digests there;
    Digests here;
    const auto began = std::chrono::steady_clock::now();
    if (std::string why = look(source, replica, range, n == 0 ? nullptr : &rows, there, here);
        !why.empty())
      return ended(Compared::Kind::kFailed, why);
    course.read(there.size(), std::chrono::steady_clock::now() - began);
    if (n == 0)
      compare(there, here, rows);
    else
      weigh(there, here, rows, settled.different);
  }
  settled.undecided = rows.size();
  return settled;
}

}  // namespace cutover
