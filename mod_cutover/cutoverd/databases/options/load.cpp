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

}  // namespace cutover
