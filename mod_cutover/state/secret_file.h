// SPDX-License-Identifier: Apache-2.0
// Reads a file that holds a secret, and refuses one that others can read, write or put in place of
// it.
#pragma once

#include <string>

#include "shared/protocol/ports.h"

namespace cutover {

// The text of a file that belongs to root or to this process' user and that nobody else can read.
// `content` says what is to be written into it: "the account for the database".
Reading<std::string> read_secret_file(const std::string& path, const std::string& content);

}  // namespace cutover
