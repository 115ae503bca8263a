// SPDX-License-Identifier: Apache-2.0
// An option file from the disk.
#include "mod_cutover/cutoverd/databases/options/option_file.h"
#include "mod_cutover/state/secret_file.h"

namespace cutover {

OrError<ConnectOptions> load_option_file(const std::string& path, const std::string& group) {
  const Reading<std::string> text = read_secret_file(path, "the account for the database");
  if (!text) return OptionError{text.error};
  auto lines = parse_option_text(*text, path);
  if (auto* error = std::get_if<OptionError>(&lines)) return std::move(*error);
  return connect_options(std::get<std::vector<OptionLine>>(lines), path, group);
}

OrError<ConnectOptions> load_reading_account(const std::string& path, const ConnectOptions& own) {
  const Reading<std::string> text = read_secret_file(path, "the account for the database");
  if (!text) return OptionError{text.error};
  auto lines = parse_option_text(*text, path);
  if (auto* error = std::get_if<OptionError>(&lines)) return std::move(*error);
  ConnectOptions account = own;
  bool named = false;
  for (const OptionLine& line : std::get<std::vector<OptionLine>>(lines)) {
    if (line.group != kVerifyGroup || line.key.empty()) continue;
    const std::string where = path + ":" + std::to_string(line.line) + ": ";
    if (line.key != "user" && line.key != "password")
      return OptionError{where + "[" + kVerifyGroup +
                         "] has user= and password= alone: all else "
                         "is as for the coordinator's account"};
    if (line.key == "user") account.user = line.value;
    if (line.key == "password") account.password = line.value;
    named |= line.key == "user" && !line.value.empty();
    account.origin = path + " [" + kVerifyGroup + "]";
  }
  if (account.origin != own.origin && !named)
    return OptionError{path + ": [" + kVerifyGroup + "] has no user="};
  return account;
}

}  // namespace cutover
