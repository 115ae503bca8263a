// SPDX-License-Identifier: Apache-2.0
// A table as it is compared: its columns, and the key along which it is walked.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "mod_cutover/cutoverd/databases/verify/reader.h"

namespace cutover {

struct VerifiedColumn {
  std::string name;
  std::string type;       // DATA_TYPE, in small letters
  std::string charset;    // of a text; empty: bytes, or no text
  std::string collation;  // the same
};

struct VerifiedTable {
  std::string schema;
  std::string name;
  std::string kind;          // TABLE_TYPE
  std::uint64_t rows = 0;    // as the server estimates
  std::uint64_t length = 0;  // of a row, the same
  std::vector<VerifiedColumn> columns;
  std::vector<VerifiedColumn> key;  // none: it has no key that tells its rows apart
  std::string key_name;

  std::string shown() const { return schema + "." + name; }
  // By which they are sorted.
  std::string order() const { return schema + '\0' + name; }
};

// Columns and key are left out. Sorted by their names.
Reading<std::vector<VerifiedTable>> tables_of(Reader& reader,
                                              const std::vector<std::string>& leave_behind);
// Fills in columns and key; why it cannot, or nothing.
std::string describe(Reader& reader, VerifiedTable& table);
// Why the rows of the two cannot be held against each other, or nothing.
std::string otherwise_made(const VerifiedTable& one, const VerifiedTable& other);

}  // namespace cutover
