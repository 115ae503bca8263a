// SPDX-License-Identifier: Apache-2.0
// The kinds of things that the preflight compares between the two databases, as a table: what each
// is asked for with, what a difference means and what to do about it.
#pragma once

#include <span>
#include <string_view>
#include <vector>

#include "shared/protocol/check.h"

namespace cutover {

struct Topic {
  const char* row;      // the check's name
  const char* noun;     // "routines"
  const char* mariadb;  // SELECT name, and what it is, each column under its heading
  const char* mysql;    // nullptr: as with MariaDB
  CheckVerdict differs = CheckVerdict::kBlock;    // or is missing on the arriving server
  CheckVerdict alone = CheckVerdict::kWarn;       // is there and not on the leaving one
  std::vector<std::string_view> slight = {};      // headings whose difference is a warning
  std::vector<std::string_view> by_release = {};  // slight, too, between two releases
  const char* right_mariadb = nullptr;            // without which the server hides some, if any
  const char* right_mysql = nullptr;
  bool of_tables = false;  // names are TABLE.PART: a table that is missing is told once
  bool opens_all = false;  // MariaDB opens each table for it
  const char* remedy = "";
  const char* limits = "";  // what a pass does not say

  const char* sql(bool is_mariadb) const {
    return is_mariadb || mysql == nullptr ? mariadb : mysql;
  }
};

// "tables" is the first one.
std::span<const Topic> topics();

// More tables than these are not opened one by one for a look.
inline constexpr std::size_t kOpenable = 2000;

}  // namespace cutover
