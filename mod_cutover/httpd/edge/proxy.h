// SPDX-License-Identifier: Apache-2.0
// mod_proxy's header, which declares its record with the word `module`. Newer compilers take what
// follows for a module of C++20.
#pragma once

#include "mod_cutover/httpd/edge/api.h"

#define module module_struct
#include <mod_proxy.h>
#undef module
