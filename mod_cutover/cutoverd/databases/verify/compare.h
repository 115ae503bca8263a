// SPDX-License-Identifier: Apache-2.0
// One table of both servers, compared while it is written to.
//
// Source and replica are read one after the other, without a lock; so what differs need not be
// different. A chunk of rows that differs is read again row by row, once the replica has applied
// what the source had by then. A row that then agrees has agreed. One that has moved on either side
// is looked at again. One counts as different that has stood still on both sides for several looks,
// each a while after the other and after the replica has applied all that there was: a source gives
// a transaction to its replica before it shows it itself, so that the replica may be ahead for a
// moment as well. One that never stands still is undecided.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "mod_cutover/cutoverd/databases/verify/course.h"
#include "mod_cutover/cutoverd/databases/verify/statements.h"

namespace cutover {

struct Half {
  Reader& reader;
  VerifiedTable table;
};

// As far as a table has been compared. Each half is one of the two servers, the source first.
struct TableProgress {
  std::optional<RowKey> after;
  std::uint64_t rows = 0;
  std::uint64_t different = 0;
  std::uint64_t undecided = 0;
  std::vector<std::string> told;  // of the first few that differ, in words
};

struct Compared {
  enum class Kind : std::uint8_t { kDone, kStopped, kFailed };
  Kind kind = Kind::kDone;
  std::string why;
};

// Goes on behind what `progress` has, and keeps it up to date; `advanced` hears of each chunk.
Compared compare_rows(Half& source, Half& replica, Course& course, TableProgress& progress,
                      const std::function<void(const TableProgress&)>& advanced);
// A table without a key, as a whole.
Compared compare_whole(Half& source, Half& replica, Course& course, TableProgress& progress);

// More rows than these are not compared without a key.
inline constexpr std::uint64_t kMostWithoutKey = 200'000;
// Of a table that differs in more rows than these no more are looked for.
inline constexpr std::uint64_t kEnoughDifferent = 1000;
inline constexpr std::size_t kTold = 5;  // differences of a table, in words

}  // namespace cutover
