// SPDX-License-Identifier: Apache-2.0
// Two hosts' answers, compared: whatever they say, what is told of it is harmless, short, and
// without the session's value; and a host never differs from itself.
#include "shared/pages/probe.h"
#include "tests/fuzz/fuzz.h"

namespace cutover::fuzz {
namespace {

constexpr std::size_t kLongestRow = 4000;

int status_in(std::string_view line) {
  int status = 0;
  for (const char c : line.substr(0, 3)) status = status * 10 + (c & 0x0f) % 10;
  return status;
}

// A line of status, one of Location and one of Set-Cookie, and then the body up to a form feed.
PageAnswer answer_in(std::string_view& input) {
  PageAnswer answer;
  answer.status = status_in(next_line(input));
  answer.location = next_line(input);
  if (const auto cookie = next_line(input); !cookie.empty())
    answer.set_cookies.emplace_back(cookie);
  const std::size_t end = std::min(input.find('\f'), input.size());
  answer.body = input.substr(0, end);
  input.remove_prefix(std::min(end + 1, input.size()));
  return answer;
}

void look_at(const Check& check, const std::string& secret) {
  promise(check.name == "probe" && check.seen.starts_with("/account: "), "the row is told apart");
  promise(check.seen.size() < kLongestRow, "it is short");
  promise(std::none_of(check.seen.begin(), check.seen.end(),
                       [](char c) { return static_cast<unsigned char>(c) < 0x20 || c == 0x7f; }),
          "it is harmless");
  promise(check.seen.find(secret) == std::string::npos, "the session's value is not in it");
  for (const Sight& sight : check.sights)
    for (const std::string* words : {&sight.words, &sight.by_old, &sight.by_new})
      promise(words->find(secret) == std::string::npos, "nor in the pieces");
  promise((check.verdict == CheckVerdict::kPass) == check.remedy.empty(),
          "what does not pass says what to do");
}

}  // namespace

void page_probe(std::string_view input) {
  Probed p;
  p.path = "/account";
  p.front.host = "shop.example.com";
  p.new_url = "http://10.0.0.2";
  p.cookie_names = {"SESSION"};
  const std::string secret = "s3cr3t-" + std::string(next_line(input).substr(0, 20));
  p.secrets = {secret};
  p.of_old = {answer_in(input), answer_in(input)};
  p.of_new = {answer_in(input), answer_in(input)};
  if (!input.empty()) p.without_session = answer_in(input);
  look_at(compare(p), secret);

  p.of_new = p.of_old;
  p.without_session.reset();
  const Check with_itself = compare(p);
  look_at(with_itself, secret);
  promise(with_itself.verdict != CheckVerdict::kBlock, "no host is another one than itself");
}

}  // namespace cutover::fuzz

CUTOVER_FUZZER(page_probe)
