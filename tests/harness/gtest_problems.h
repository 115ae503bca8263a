// SPDX-License-Identifier: Apache-2.0
// Include it in one file of a GoogleTest program: problems of the harness become failures of the
// test.
#pragma once

#include <gtest/gtest.h>

#include "tests/harness/problems.h"

namespace cutover::harness {

inline const bool kProblemsFailTests = [] {
  on_problem([](const std::string& problem) { ADD_FAILURE() << problem; });
  return true;
}();

}  // namespace cutover::harness
