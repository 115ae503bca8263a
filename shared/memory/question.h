// SPDX-License-Identifier: Apache-2.0
// The coordinator's own questions, before anything is held, and of a proof while all are: a request
// to this httpd that names a side goes there, whoever serves, by the very way that visitors go or
// will go. It is known by a secret of this coordinator's life, and httpd takes that off before the
// request goes on.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "shared/memory/layout.h"
#include "shared/protocol/side.h"

namespace cutover {

inline constexpr const char* kQuestionHeader = "X-Cutover-Question";
// What goes on with a question to the new host in its place: where that comes back to this httpd,
// it went in a circle.
inline constexpr const char* kAskedHeader = "X-Cutover-Asked";

using QuestionSecret = std::array<std::uint64_t, 4>;

// Throws where the machine has no randomness to give.
QuestionSecret new_secret();
// The coordinator's, before it asks anything.
void tell_secret(SiteControl& control, const QuestionSecret& secret);

// The header's value.
std::string question(const QuestionSecret& secret, Side side);
// The side that such a value asks for; nothing where it is not the site's coordinator's. It takes
// as long for a wrong one as for the right one.
std::optional<Side> side_asked(const SiteControl& control, std::string_view value);

}  // namespace cutover
