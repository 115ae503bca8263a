// SPDX-License-Identifier: Apache-2.0
// Pieces of a page that are fit to be shown: without the session's values, without control
// characters, and not too long.
#pragma once

#include <string>
#include <vector>

namespace cutover {

// Puts a star in place of each secret. One of a few characters is none: it would be found in every
// other word.
void conceal(std::string& text, const std::vector<std::string>& secrets);

// Harmless, and cut to a line's length.
std::string excerpt(const std::string& text);

}  // namespace cutover
