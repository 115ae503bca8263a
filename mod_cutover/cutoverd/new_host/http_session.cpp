// SPDX-License-Identifier: Apache-2.0
#include "mod_cutover/cutoverd/new_host/http_session.h"

#include <curl/curl.h>

#include <algorithm>
#include <array>
#include <cstring>
#include <mutex>

#include "mod_cutover/state/pulse.h"

namespace cutover {
namespace {

using Method = HttpQuestion::Method;
using Trust = HttpQuestion::Trust;

// Case does not count in a header's name. The value without the blanks around it, or nothing.
std::optional<std::string> value_of(std::string_view line, std::string_view name) {
  if (line.size() <= name.size() || line[name.size()] != ':') return std::nullopt;
  const auto same = [](char a, char b) { return (a | 0x20) == (b | 0x20); };
  if (!std::equal(name.begin(), name.end(), line.begin(), same)) return std::nullopt;
  line.remove_prefix(name.size() + 1);
  line.remove_prefix(std::min(line.find_first_not_of(" \t"), line.size()));
  return std::string(line.substr(0, line.find_last_not_of(" \t\r\n") + 1));
}

// An answer of "100 Continue" or "103 Early Hints" comes before the one that counts.
std::size_t take_header(char* text, std::size_t, std::size_t size, void* to) {
  auto& answer = *static_cast<PageAnswer*>(to);
  const std::string_view line(text, size);
  if (line.starts_with("HTTP/")) answer = {};
  if (auto location = value_of(line, "location")) answer.location = *location;
  if (auto cookie = value_of(line, "set-cookie");
      cookie && answer.set_cookies.size() < kMostCookies)
    answer.set_cookies.push_back(*cookie);
  if (auto kept = value_of(line, "keep-alive")) {
    const std::size_t at = kept->find("timeout=");
    if (at != kept->npos) answer.keeps_s = std::strtol(kept->c_str() + at + 8, nullptr, 10);
  }
  if (auto date = value_of(line, "date")) {
    const std::int64_t seconds = ::curl_getdate(date->c_str(), nullptr);
    if (seconds >= 0) answer.date = seconds;
  }
  return size;
}

// Ends the transfer where it is too much.
std::size_t take_body(char* text, std::size_t, std::size_t size, void* to) {
  auto& answer = *static_cast<PageAnswer*>(to);
  const std::size_t room = std::min(size, kLargestBody - answer.body.size());
  answer.body.append(text, room);
  answer.cut = room < size;
  return room;
}

// About once a second, in every wait of a transfer.
int go_on(void*, curl_off_t, curl_off_t, curl_off_t, curl_off_t) {
  beat();
  return 0;
}

// Before the first session: libcurl of old distributions starts itself for one thread only.
void start_library() {
  static std::once_flag once;
  std::call_once(once, [] { curl_global_init(CURL_GLOBAL_DEFAULT); });
}

struct HandleEnd {
  void operator()(CURL* handle) const { curl_easy_cleanup(handle); }
};
struct ListEnd {
  void operator()(curl_slist* list) const { curl_slist_free_all(list); }
};
using List = std::unique_ptr<curl_slist, ListEnd>;

void append(List& list, const std::string& text) {
  if (curl_slist* longer = curl_slist_append(list.get(), text.c_str())) {
    (void)list.release();
    list.reset(longer);
  }
}

void allow_http_alone(CURL* c) {
#if CURL_AT_LEAST_VERSION(7, 85, 0)
  curl_easy_setopt(c, CURLOPT_PROTOCOLS_STR, "http,https");
#else
  curl_easy_setopt(c, CURLOPT_PROTOCOLS, CURLPROTO_HTTP | CURLPROTO_HTTPS);
#endif
  curl_easy_setopt(c, CURLOPT_FOLLOWLOCATION, 0L);
  curl_easy_setopt(c, CURLOPT_PROXY, "");  // nor any that the environment names
  curl_easy_setopt(c, CURLOPT_NETRC, static_cast<long>(CURL_NETRC_IGNORED));
}

}  // namespace

struct HttpSession::State {
  std::unique_ptr<CURL, HandleEnd> handle;
  List headers;
  List connect_to;
  PageAnswer answer;
  std::array<char, CURL_ERROR_SIZE> error{};
  CURLcode code = CURLE_OK;  // of the last question

  void prepare(const HttpQuestion& q);
  void prepare_tls(const HttpQuestion& q);
};

void HttpSession::State::prepare(const HttpQuestion& q) {
  CURL* c = handle.get();
  const auto millis = [](Nanos time) {
    const auto whole = std::chrono::duration_cast<std::chrono::milliseconds>(time).count();
    return std::max(1L, static_cast<long>(whole));
  };
  curl_easy_setopt(c, CURLOPT_NOSIGNAL, 1L);
  curl_easy_setopt(c, CURLOPT_ERRORBUFFER, error.data());
  curl_easy_setopt(c, CURLOPT_URL, q.url.c_str());
  curl_easy_setopt(c, CURLOPT_PATH_AS_IS, 1L);
  curl_easy_setopt(c, CURLOPT_HTTP_VERSION, static_cast<long>(CURL_HTTP_VERSION_1_1));
  curl_easy_setopt(c, CURLOPT_TIMEOUT_MS, millis(q.limit));
  if (q.to_connect > Nanos(0)) curl_easy_setopt(c, CURLOPT_CONNECTTIMEOUT_MS, millis(q.to_connect));
  curl_easy_setopt(c, CURLOPT_USERAGENT, "cutoverd/" CUTOVER_VERSION);
  allow_http_alone(c);
  if (q.method == Method::kHead) curl_easy_setopt(c, CURLOPT_NOBODY, 1L);
  if (q.method == Method::kConnect) curl_easy_setopt(c, CURLOPT_CONNECT_ONLY, 1L);
  for (const std::string& header : q.headers) append(headers, header);
  curl_easy_setopt(c, CURLOPT_HTTPHEADER, headers.get());
  if (!q.cookies.empty()) curl_easy_setopt(c, CURLOPT_COOKIE, q.cookies.c_str());
  if (!q.connect_to.empty()) append(connect_to, "::" + q.connect_to);
  curl_easy_setopt(c, CURLOPT_CONNECT_TO, connect_to.get());
  curl_easy_setopt(c, CURLOPT_HEADERFUNCTION, take_header);
  curl_easy_setopt(c, CURLOPT_HEADERDATA, &answer);
  curl_easy_setopt(c, CURLOPT_WRITEFUNCTION, take_body);
  curl_easy_setopt(c, CURLOPT_WRITEDATA, &answer);
  curl_easy_setopt(c, CURLOPT_XFERINFOFUNCTION, go_on);
  curl_easy_setopt(c, CURLOPT_NOPROGRESS, 0L);
  prepare_tls(q);
}

void HttpSession::State::prepare_tls(const HttpQuestion& q) {
  CURL* c = handle.get();
  curl_easy_setopt(c, CURLOPT_SSL_VERIFYPEER, q.trust == Trust::kAuthority ? 1L : 0L);
  curl_easy_setopt(c, CURLOPT_SSL_VERIFYHOST, q.trust == Trust::kName ? 2L : 0L);
  curl_easy_setopt(c, CURLOPT_CERTINFO, 1L);
  if (!q.authority.empty()) curl_easy_setopt(c, CURLOPT_CAINFO, q.authority.c_str());
}

HttpSession::HttpSession(const HttpQuestion& question) {
  start_library();
  state_ = std::make_unique<State>();
  state_->handle.reset(curl_easy_init());
  if (state_->handle) state_->prepare(question);
}

HttpSession::~HttpSession() = default;
HttpSession::HttpSession(HttpSession&&) noexcept = default;
HttpSession& HttpSession::operator=(HttpSession&&) noexcept = default;

Reading<PageAnswer> HttpSession::ask() {
  CURL* c = state_->handle.get();
  if (c == nullptr) return {std::nullopt, "no memory"};
  state_->answer = {};
  state_->error[0] = '\0';
  const CURLcode code = state_->code = curl_easy_perform(c);
  if (code != CURLE_OK && !(code == CURLE_WRITE_ERROR && state_->answer.cut))
    return {std::nullopt,
            state_->error[0] != '\0' ? state_->error.data() : curl_easy_strerror(code)};
  long status = 0;
  curl_easy_getinfo(c, CURLINFO_RESPONSE_CODE, &status);
  state_->answer.status = static_cast<int>(status);
  curl_off_t sent_us = 0;
  curl_off_t first_us = 0;
  curl_easy_getinfo(c, CURLINFO_PRETRANSFER_TIME_T, &sent_us);
  curl_easy_getinfo(c, CURLINFO_STARTTRANSFER_TIME_T, &first_us);
  state_->answer.took = std::chrono::microseconds(std::max<curl_off_t>(0, first_us - sent_us));
  return {std::move(state_->answer), {}};
}

bool HttpSession::distrusted() const { return state_->code == CURLE_PEER_FAILED_VERIFICATION; }

// A connection that stays on a machine has the same address at both its ends.
std::optional<HttpSession::Place> HttpSession::place_on_this_machine() const {
  CURL* c = state_->handle.get();
  const char* there = nullptr;
  const char* here = nullptr;
  long port = 0;
  if (c == nullptr || curl_easy_getinfo(c, CURLINFO_PRIMARY_IP, &there) != CURLE_OK ||
      curl_easy_getinfo(c, CURLINFO_LOCAL_IP, &here) != CURLE_OK ||
      curl_easy_getinfo(c, CURLINFO_PRIMARY_PORT, &port) != CURLE_OK || there == nullptr ||
      here == nullptr || *there == '\0' || std::strcmp(there, here) != 0)
    return std::nullopt;
  return Place{there, static_cast<std::uint16_t>(port)};
}

std::optional<std::int64_t> HttpSession::certificate_ends() const {
  curl_certinfo* chain = nullptr;
  if (!state_->handle ||
      curl_easy_getinfo(state_->handle.get(), CURLINFO_CERTINFO, &chain) != CURLE_OK ||
      chain == nullptr || chain->num_of_certs == 0)
    return std::nullopt;
  constexpr std::string_view kEnds = "Expire date:";
  for (const curl_slist* line = chain->certinfo[0]; line != nullptr; line = line->next) {
    const std::string_view text = line->data;
    if (!text.starts_with(kEnds)) continue;
    const std::int64_t seconds = ::curl_getdate(line->data + kEnds.size(), nullptr);
    if (seconds >= 0) return seconds;
  }
  return std::nullopt;
}

}  // namespace cutover
