// SPDX-License-Identifier: Apache-2.0
// How a row that differs is named: by its key and its columns' values, cut, and masked where they
// might be somebody's.
#pragma once

#include <string>

#include "mod_cutover/cutoverd/databases/verify/compare.h"

namespace cutover {

// "id 7: email 'xxx@xxxxx.xxx' (13 bytes, 3fa9c1d2) on the old database, ... on the new one".
std::string told(Half& one, Half& other, const RowKey& key);

// Letters are x, digits 9; what is beyond the first 24 characters is left out.
std::string masked(const std::string& text);

}  // namespace cutover
