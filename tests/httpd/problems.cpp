// SPDX-License-Identifier: Apache-2.0
// What the harness finds wrong (crashes, processes left behind) fails these tests.
#include "tests/harness/gtest_problems.h"
