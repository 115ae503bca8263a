// SPDX-License-Identifier: Apache-2.0
// Requests that went through the gate, with the time right before and right after it, and what they
// say about a store of the word.
#pragma once

#include <cstdint>
#include <istream>
#include <string>
#include <vector>

#include "shared/protocol/side.h"

namespace cutover::bench {

struct Passage {
  std::string worker;  // process and thread
  std::int64_t before_ns = 0;
  std::int64_t after_ns = 0;
  Side side = Side::kOld;
};

// Of the access log: "PROCESS THREAD BEFORE AFTER SIDE", and nothing else in a line. Requests that
// did not get through have "-" and are left out; anything else throws.
std::vector<Passage> read_passages(std::istream& log);

// The word was stored between `begin` and `end`; from `since` to `until` nobody else stored one.
struct Store {
  std::int64_t since_ns = 0;
  std::int64_t begin_ns = 0;
  std::int64_t end_ns = 0;
  std::int64_t until_ns = 0;
  Side side = Side::kNew;  // that serves from then on
};

struct Seen {
  // The last moment at which a worker may still have acted on the word before, from the beginning
  // of the store; 0 where none was at the gate just then.
  double last_by_the_old_word_us = 0;
  // Of the workers that had been through the gate since `since`: how many came again until `until`,
  // and when the last of them did.
  std::size_t workers = 0;
  double last_worker_ms = 0;
  // Requests that came to the gate after the store and were decided by the word before it.
  std::size_t wrong = 0;
};

Seen seen(const std::vector<Passage>& passages, const Store& store);

}  // namespace cutover::bench
