// SPDX-License-Identifier: Apache-2.0
// Two hosts whose answers a test writes down, and what they were asked.
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "shared/pages/question.h"

namespace cutover {

class FakePages : public Pages {
 public:
  std::function<Reading<PageAnswer>(const PageQuestion&)> answer;
  std::vector<std::string> asked;  // "old http://shop/account SESSION=abc"
  std::vector<Nanos> limits;

  Reading<PageAnswer> get(const PageQuestion& question, Nanos limit) override {
    asked.push_back(std::string(name(question.host)) + " " + question.front.base() + question.path +
                    (question.cookies.empty() ? "" : " " + question.cookies));
    limits.push_back(limit);
    return answer(question);
  }
};

}  // namespace cutover
