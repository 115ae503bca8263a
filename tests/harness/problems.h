// SPDX-License-Identifier: Apache-2.0
// What went wrong where nothing can be thrown, such as in a destructor: reported, and never lost.
#pragma once

#include <functional>
#include <string>

namespace cutover::harness {

// Sends problems to the test framework. Without it they go to stderr and the program ends with 1.
void on_problem(std::function<void(const std::string&)> handler);

void report_problem(const std::string& problem);

}  // namespace cutover::harness
