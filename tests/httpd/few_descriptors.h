// SPDX-License-Identifier: Apache-2.0
// What this program starts meanwhile has so many descriptors and no more.
#pragma once

#include <sys/resource.h>

namespace cutover::test {

class FewDescriptors {
 public:
  explicit FewDescriptors(rlim_t number) {
    ::getrlimit(RLIMIT_NOFILE, &before_);
    const rlimit few{number, before_.rlim_max};
    ::setrlimit(RLIMIT_NOFILE, &few);
  }
  ~FewDescriptors() { ::setrlimit(RLIMIT_NOFILE, &before_); }
  FewDescriptors(const FewDescriptors&) = delete;
  FewDescriptors& operator=(const FewDescriptors&) = delete;

 private:
  rlimit before_{};
};

}  // namespace cutover::test
