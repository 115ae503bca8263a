// SPDX-License-Identifier: Apache-2.0
// What visitors saw, and the reckoning with what the database has.
#pragma once

#include <chrono>
#include <cstdint>
#include <string>
#include <vector>

#include "tests/harness/sql.h"

namespace cutover::harness {

// What one visitor, or all together, experienced.
struct Experience {
  std::uint64_t requests = 0;
  std::uint64_t failed = 0;      // no answer, or not the one that the page gives
  std::uint64_t logged_out = 0;  // a visitor who had logged in and was not known any more
  std::chrono::milliseconds longest_wait{0};
  std::vector<std::string> acknowledged;  // ids of writes whose answer was a success
  std::vector<std::string> unsure;        // ids of writes that were sent and not acknowledged
  std::vector<std::string> failures;      // the first few, in words

  void add(const Experience& other);
};

struct Reckoning {
  std::uint64_t lost = 0;        // acknowledged, and not in the database
  std::uint64_t duplicated = 0;  // there more than once
  std::uint64_t unseen = 0;      // there, though its visitor got no acknowledgement
  std::uint64_t stored = 0;      // entries in the database
  std::vector<std::string> lost_ids;
};

// The connection leads to the database that serves by now.
Reckoning reckon(const Experience& experience, SqlConnection& database);

}  // namespace cutover::harness
