// SPDX-License-Identifier: Apache-2.0
// The page's files: style sheets, scripts and what they are drawn with, all in the module itself.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace cutover {

struct Asset {
  std::string_view path;  // below the page's location
  const char* type;
  std::string_view body;
  std::string etag;  // changes with the body
};

const std::vector<Asset>& assets();
// Null where there is none of that path.
const Asset* asset_at(std::string_view path);

}  // namespace cutover
