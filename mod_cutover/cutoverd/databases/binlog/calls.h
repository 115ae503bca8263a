// SPDX-License-Identifier: Apache-2.0
// Whether a statement calls something that may write elsewhere: a stored function writes what it
// likes, and a sequence is counted on.
#pragma once

#include <cstddef>
#include <vector>

#include "mod_cutover/cutoverd/databases/binlog/sql_words.h"

namespace cutover {

// From the word `from` on. A function of the server's that is not known here is taken for a stored
// one. (A view that calls one is not seen through.)
bool calls_nothing(const std::vector<SqlWord>& words, std::size_t from);

}  // namespace cutover
