// SPDX-License-Identifier: Apache-2.0
// The statements of a sample: rows of one table by their key, each with a digest of all its
// columns. What both servers hold alike has the same digest on both, whatever their sessions' time
// zone and character set.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

namespace cutover {

struct SampledColumn {
  std::string name;
  std::string type;  // DATA_TYPE, in small letters
};

struct SampledTable {
  std::string schema;
  std::string name;
  std::vector<SampledColumn> columns;
  std::vector<SampledColumn> key;  // of the primary key, in its order

  std::string shown() const { return schema + "." + name; }
  // Whether a key may be shown: numbers are no names and no addresses.
  bool numbered() const;
};

// Columns `k` and `digest`: the rows with the highest keys, or with the lowest. Long values count
// by their beginning and their length.
std::string newest_rows(const SampledTable& table, std::uint64_t limit);
std::string oldest_rows(const SampledTable& table, std::uint64_t limit);

}  // namespace cutover
