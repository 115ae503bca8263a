// SPDX-License-Identifier: Apache-2.0
// What below the status page's location a URL asks for. Plain text handling, nothing of httpd.
#pragma once

#include <optional>
#include <string>
#include <vector>

namespace cutover {

// The page is at `base`, without a slash at its end and ready to stand in a URL; `rest` is asked
// for below it.
struct PagePath {
  std::string base;
  std::string rest;
};

// By the deepest of `locations` that holds it. Under a pattern the location is what stands before
// one of the known names.
PagePath page_path(const std::string& uri, const std::vector<std::string>& locations);

// The answers to GET.
bool is_page(const std::string& rest);

// POST base/SITE/VERB.
struct PageCommand {
  std::string site;
  std::string verb;
};
std::optional<PageCommand> page_command(const std::string& rest);

}  // namespace cutover
