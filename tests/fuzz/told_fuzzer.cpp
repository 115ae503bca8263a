// SPDX-License-Identifier: Apache-2.0
// What is told of a request's path and of somebody's statement.
#include "shared/words/discreet.h"
#include "shared/words/without_values.h"
#include "tests/fuzz/fuzz.h"

namespace cutover::fuzz {

void told(std::string_view input) {
  const std::string path = discreet_path(input, false).text;
  promise(path.size() <= 80, "a path fits into a note");
  promise(path.find_first_of("@=;?&:") == std::string::npos, "no sign that is in no word");
  promise(discreet_path(path, false).text == path, "what is told may be told");
  promise(discreet_path(input, true).text == path + "?...", "of a query nothing");

  const std::string statement = statement_without_values(input);
  promise(statement.size() <= 103, "a statement fits into a message");
  if (input.find('`') == std::string_view::npos)
    promise(statement.find_first_of("'\"") == std::string::npos, "no string is left");
  error_without_values(input);
}

}  // namespace cutover::fuzz

CUTOVER_FUZZER(told)
