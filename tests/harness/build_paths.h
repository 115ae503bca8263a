// SPDX-License-Identifier: Apache-2.0
// Where the things under test and the cached parts of the harness are.
#pragma once

#include <filesystem>

namespace cutover::harness {

// The project's root: the nearest folder above this program that has packages.sh.
std::filesystem::path project_root();

// The nearest folder above this program that has mod_cutover.so (so that a sanitizer build finds
// its own), else build/; CUTOVER_BUILD_DIR overrides.
std::filesystem::path build_dir();

// For template data directories and unpacked servers; the same for every kind of build.
std::filesystem::path cache_dir();

// One of the products: mod_cutover.so, cutoverd, cutoverctl. Throws where it is not built.
std::filesystem::path product(const char* name);

}  // namespace cutover::harness
