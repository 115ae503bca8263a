// SPDX-License-Identifier: Apache-2.0
// Reads MySQL option files: the group [client], then the one that is asked for. Unlike the client
// library, which ignores what it does not find or know, everything unknown here is an error.
#pragma once

#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "mod_cutover/cutoverd/databases/session/connect_options.h"

namespace cutover {

struct OptionLine {
  std::string group;
  std::string key;  // dashes, never underscores
  std::string value;
  bool has_value = false;  // `key=` has an empty one, `key` has none
  int line = 0;
};

struct OptionError {
  std::string text;  // file, line, what is wrong and what would be right; never a value
};

template <typename T>
using OrError = std::variant<T, OptionError>;

// The text alone, in MySQL's syntax: comments, quotes, escapes.
OrError<std::vector<OptionLine>> parse_option_text(std::string_view text, const std::string& path);

// The options of [client] and then of `group`. `path` is for messages.
OrError<ConnectOptions> connect_options(const std::vector<OptionLine>& lines,
                                        const std::string& path, const std::string& group);

// Both, from a file that belongs to root or to this process' user and that nobody else can read.
OrError<ConnectOptions> load_option_file(const std::string& path, const std::string& group);

// The group of the account that reads rows, in the same file. Everything but user and password is
// as in `own`, which stands for it where there is no such group.
inline constexpr const char* kVerifyGroup = "cutover-verify";
OrError<ConnectOptions> load_reading_account(const std::string& path, const ConnectOptions& own);

}  // namespace cutover
