// SPDX-License-Identifier: Apache-2.0
// Every single value of a run, for whoever would rather reckon himself.
#pragma once

#include <string>

#include "tests/bench/samples.h"

namespace cutover::bench {

// The names of the columns, in one line; what they mean stands in tests/bench/README.md.
std::string csv_header();
// Of one part; a line for each sample.
std::string csv_of(const std::string& part, const Samples& samples);

}  // namespace cutover::bench
