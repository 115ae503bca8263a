// SPDX-License-Identifier: Apache-2.0
// Figures and lists as people read them.
#pragma once

#include <string>
#include <vector>

namespace cutover {

// By a printf format for one double; "unknown" for what is no number.
std::string number(double value, const char* format);
std::string one_decimal(double value);
std::string whole_number(double value);  // rounded
std::string in_ms(double ms);            // 3.2 ms
std::string duration(double ms);         // 3.2 ms, 4.2 s, 3 min 20 s
std::string rate(double per_second);     // 41.2/s

std::string joined(const std::vector<std::string>& parts, const char* between = ", ");

}  // namespace cutover
