// SPDX-License-Identifier: Apache-2.0
// The statements of a comparison. What both servers hold alike has the same digest on both,
// whatever their character sets, time zones and releases; of what is different by one byte the
// digests differ. No value but a key's leaves its server.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "mod_cutover/cutoverd/databases/verify/table.h"

namespace cutover {

// A row's key: a text a column, as key_columns() selects it.
using RowKey = std::vector<std::string>;

// The rows behind `after`, up to `upto` and with it; none of them: from the first, to the last.
struct KeyRange {
  std::optional<RowKey> after;
  std::optional<RowKey> upto;
};

// The key of the `nth` row of a range, or no row. Columns: the key's.
std::string nth_key(const VerifiedTable& table, const KeyRange& range, std::uint64_t nth);
// One row: n, known (both are numbers of rows, at most `most`), a and b, two parts of a digest over
// all of them, in no order. Where known is less than n a row has no digest.
std::string digest_of(const VerifiedTable& table, const KeyRange& range, std::uint64_t most);
// Columns: the key's, and last the row's digest; in the key's order.
std::string digests_in(const VerifiedTable& table, const KeyRange& range, std::uint64_t most);
// The same of some rows.
std::string digests_at(const VerifiedTable& table, const std::vector<RowKey>& keys);
// Of one row, three columns for each of its own: a digest, its length, and its beginning.
std::string values_at(const VerifiedTable& table, const RowKey& key);

// Whether its text may be shown: numbers and moments are no names.
bool is_plain(const VerifiedColumn& column);
bool is_text(const VerifiedColumn& column);

}  // namespace cutover
