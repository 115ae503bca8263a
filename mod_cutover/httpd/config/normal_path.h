// SPDX-License-Identifier: Apache-2.0
// A path without ".", ".." and doubled slashes: httpd's own function came with 2.4.49, and what is
// always served here is to be the same on every httpd.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace cutover {

enum class Escapes { kAsTheyAre, kDecodeUnreserved };

// Nothing where it does not begin with a slash, leads above the root, or, where they are decoded,
// has an escape that is none. RFC 3986, 2.3: letters, digits and -._~ mean the same escaped or not.
std::optional<std::string> normal_path(std::string_view path, Escapes escapes);

}  // namespace cutover
