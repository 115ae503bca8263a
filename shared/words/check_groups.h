// SPDX-License-Identifier: Apache-2.0
// What a check of the preflight is about, so that a person finds his way among sixty of them.
#pragma once

#include <cstddef>
#include <string_view>

namespace cutover {

// By the check's name; "other" for one that is not known here.
std::string_view group_of(std::string_view check);
// Groups are shown in the order of these; "other" is the last one.
std::size_t place_of_group(std::string_view check);

}  // namespace cutover
