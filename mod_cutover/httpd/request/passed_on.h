// SPDX-License-Identifier: Apache-2.0
// Whether a request was made on the host of a side, and by that host itself: nobody says to have
// passed it on for somebody else.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "shared/protocol/side.h"

namespace cutover {

// Its client is on the host of `side`. Old is this one, known by the loopback and by the address at
// which it was reached.
bool comes_from(Side side, std::string_view client, std::string_view local,
                const std::vector<std::string>& new_addresses);

// A proxy, a tunnel or a CDN adds such a header to what it passes on.
bool tells_of_a_front(std::string_view header);

}  // namespace cutover
