// SPDX-License-Identifier: Apache-2.0
// What a database says of others' statements, without the values in them: those are visitors'
// names, passwords and numbers. What is left are keywords and names of tables and columns.
#pragma once

#include <string>
#include <string_view>

namespace cutover {

// On one line, with a ? for each string and number, without comments, cut to a length for messages.
// It ends where a string's own end is not sure.
std::string statement_without_values(std::string_view statement);

// A statement of ours about replication, with a word in <> for each position in it: it is another
// one by the time that it is sent.
std::string without_places(std::string statement);

// An error of a server, which quotes values, and statements whole ("Duplicate entry 'alice' for key
// 'name' ... Query: 'INSERT ...'").
std::string error_without_values(std::string_view error);

}  // namespace cutover
