// SPDX-License-Identifier: Apache-2.0
// All hooks of the module.
#pragma once

#include <apr_pools.h>

namespace cutover {

void register_hooks(apr_pool_t* pool);

}  // namespace cutover
