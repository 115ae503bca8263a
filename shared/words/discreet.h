// SPDX-License-Identifier: Apache-2.0
// What may be told of a request to those who look at a log, a page or a file: enough to find it,
// and no secret. Tokens of links that reset a password, mail addresses, numbers of cards and
// customers stand in paths, and everything stands in queries.
//
// This is a guess by looks, and errs on the side of leaving out: a segment that does not look like
// words is left out, and so is every query. A secret that is made of words is not seen.
#pragma once

#include <string>
#include <string_view>

namespace cutover {

struct DiscreetPath {
  std::string text;   // "/orders/.../invoice.pdf?..."
  bool whole = true;  // nothing was left out
};

// `path` as the client sent it, percent signs and all. Never longer than a note's text may be.
DiscreetPath discreet_path(std::string_view path, bool has_query);

// A token of the protocol may be anything that a client makes up.
std::string_view discreet_method(std::string_view method);

}  // namespace cutover
