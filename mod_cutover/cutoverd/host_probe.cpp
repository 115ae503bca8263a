// SPDX-License-Identifier: Apache-2.0
#include "mod_cutover/cutoverd/host_probe.h"

#include <curl/curl.h>

#include <algorithm>
#include <memory>
#include <vector>

namespace cutover {
namespace {

std::size_t ignore(char*, std::size_t size, std::size_t count, void*) { return size * count; }

using Session = std::unique_ptr<CURL, decltype(&curl_easy_cleanup)>;

constexpr int kQuestions = 6;

Session open_session(const std::string& url, Nanos limit) {
  Session session(curl_easy_init(), curl_easy_cleanup);
  CURL* c = session.get();
  if (c == nullptr) return session;
  const auto millis = std::chrono::duration_cast<std::chrono::milliseconds>(limit).count();
  curl_easy_setopt(c, CURLOPT_URL, url.c_str());
  curl_easy_setopt(c, CURLOPT_NOSIGNAL, 1L);
  curl_easy_setopt(c, CURLOPT_PROXY, "");
  curl_easy_setopt(c, CURLOPT_TIMEOUT_MS, static_cast<long>(millis));
  curl_easy_setopt(c, CURLOPT_NOBODY, 1L);
  curl_easy_setopt(c, CURLOPT_WRITEFUNCTION, ignore);
  // As mod_proxy asks it: whether its certificate is valid is mod_ssl's business there.
  curl_easy_setopt(c, CURLOPT_SSL_VERIFYPEER, 0L);
  curl_easy_setopt(c, CURLOPT_SSL_VERIFYHOST, 0L);
  return session;
}

}  // namespace

bool UrlProbe::can_ask() const {
  return url_.starts_with("http://") || url_.starts_with("https://");
}

Answer UrlProbe::connects(Nanos limit) {
  if (!can_ask()) return Answer::yes();
  const Reading<int> asked = ask(limit, true);
  return asked ? Answer::yes() : Answer::no(asked.error);
}

Reading<int> UrlProbe::status(Nanos limit) { return ask(limit, false); }

Reading<Nanos> UrlProbe::latency(Nanos limit) {
  if (!can_ask()) return {std::nullopt, "only http and https URLs can be asked"};
  const Session session = open_session(url_, limit / kQuestions);
  if (!session) return {std::nullopt, "no memory"};
  std::vector<Nanos> times;
  for (int i = 0; i < kQuestions; ++i) {
    const auto begin = std::chrono::steady_clock::now();
    if (const CURLcode code = curl_easy_perform(session.get()); code != CURLE_OK)
      return {std::nullopt, curl_easy_strerror(code)};
    if (i > 0) times.emplace_back(std::chrono::steady_clock::now() - begin);  // 0 connects
  }
  std::nth_element(times.begin(), times.begin() + kQuestions / 2, times.end());
  return {times[kQuestions / 2], ""};
}

Reading<int> UrlProbe::ask(Nanos limit, bool connect_only) {
  const Session session = open_session(url_, limit);
  if (!session) return {std::nullopt, "the new host cannot be asked: no memory"};
  CURL* c = session.get();
  if (connect_only) curl_easy_setopt(c, CURLOPT_CONNECT_ONLY, 1L);
  const CURLcode code = curl_easy_perform(c);
  if (code != CURLE_OK)
    return {std::nullopt, "the new host " + url_ + " does not answer: " + curl_easy_strerror(code)};
  long status = 0;
  curl_easy_getinfo(c, CURLINFO_RESPONSE_CODE, &status);
  return {static_cast<int>(status), ""};
}

}  // namespace cutover
