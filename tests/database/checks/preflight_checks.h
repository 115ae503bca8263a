// SPDX-License-Identifier: Apache-2.0
// Asking for a preflight and saying what is expected of it.
#pragma once

#include "tests/database/pair.h"

namespace cutover {

std::string words(const Check& check);
// By a coordinator of its own: an identity is read when a session begins.
std::vector<Check> look(Pair& pair, Direction direction = Direction::kSwitch);
const Check& named(const std::vector<Check>& checks, const std::string& name);
// Fails the test unless the check is there with this verdict, and says what to do if it is a bad
// one.
void expect(const std::vector<Check>& checks, const std::string& check, CheckVerdict verdict);
// Fails the test unless every check passes, and unless there are about as many as there should be.
void expect_healthy(const std::vector<Check>& checks);

enum Only { kBoth, kMariaDbOnly, kMySqlOnly };

struct Case {
  const char* check;
  CheckVerdict verdict;
  Side side;
  std::vector<std::string> spoil;
  std::vector<std::string> mend;
  Only only = kBoth;
};

// Each is made so, seen, and mended again: at the end everything passes once more.
void expect_each(Pair& pair, const std::vector<Case>& cases);

}  // namespace cutover
