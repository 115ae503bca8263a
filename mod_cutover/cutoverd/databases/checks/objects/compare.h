// SPDX-License-Identifier: Apache-2.0
// Two servers' lists of one kind of thing, told apart. No server in here: what is compared are the
// rows of two results.
#pragma once

#include <string>
#include <string_view>
#include <unordered_set>
#include <vector>

#include "mod_cutover/cutoverd/databases/session/connection.h"

namespace cutover {

// Every row is a thing. Its first column is the name, which is its own among the rows; the others
// are what makes it what it is, under a heading that a person understands. Under one that ends with
// a question mark NULL is what could not be seen, and differs from nothing.
struct Differences {
  std::vector<std::string> missing;  // names of what only the first list has
  std::vector<std::string> alone;    // of what only the second has
  std::vector<std::string> grave;    // "NAME: HEADING x, not y", where y is the first one's
  std::vector<std::string> slight;   // the same, where only headings differ that are called slight
  bool none() const { return missing.empty() && alone.empty() && grave.empty() && slight.empty(); }
};

// `slight`: headings whose difference is told apart from the others'.
Differences compare(const Rows& first, const Rows& second,
                    const std::vector<std::string_view>& slight);

// Whether two servers of different releases mean the same by it: display widths, the old name of
// utf8mb3, and the ways of writing a default say nothing.
bool same_meaning(std::string_view heading, const std::string& a, const std::string& b);

// Takes those away that are parts (OWNER.PART) of one of the owners.
void leave_out(std::vector<std::string>& names, const std::unordered_set<std::string>& owners);

// The first few, and how many more there are.
std::string some(const std::vector<std::string>& names);

}  // namespace cutover
