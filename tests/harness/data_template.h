// SPDX-License-Identifier: Apache-2.0
// Empty data directories: made once per server version, then copied, so that a server starts at
// once.
#pragma once

#include <filesystem>

#include "tests/harness/database_vendor.h"

namespace cutover::harness {

void copy_data_template(Vendor vendor, const std::filesystem::path& destination);

}  // namespace cutover::harness
