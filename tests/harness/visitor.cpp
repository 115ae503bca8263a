// SPDX-License-Identifier: Apache-2.0
// What a visitor does, and how it judges the answers.
#include "tests/harness/visitor.h"

#include <stdexcept>

#include "tests/harness/host_times.h"

namespace cutover::harness {
namespace {

constexpr const char* kVisitorPassword = "secret";
constexpr std::uint64_t kPlayers = 28;
constexpr std::size_t kFailuresKept = 5;

// For a visitor who is not logged in, every page leads there.
bool leads_to_login(const HttpResponse& response) {
  return response.status == 303 && response.header("location").ends_with("/login");
}

}  // namespace

Visitor::Visitor(const std::string& address, std::uint16_t port, std::string name)
    : client_(address, port), name_(std::move(name)), random_(std::random_device{}()) {
  run_ = std::to_string(random_() % 1'000'000);
  client_.always_send("X-Visitor", name_);
}

std::uint64_t Visitor::up_to(std::uint64_t limit) {
  return std::uniform_int_distribution<std::uint64_t>(1, limit)(random_);
}

void Visitor::sign_up() {
  take_token(client_.get("/login"));
  HttpResponse made =
      client_.post("/signup", {{"token", token_}, {"name", name_}, {"password", kVisitorPassword}});
  HttpResponse team = client_.get("/team");
  if (made.status != 303 || !knows_me(team)) {
    throw std::runtime_error("a visitor cannot sign up: " + std::to_string(made.status) + " " +
                             made.error + made.body);
  }
  take_token(team);
  logged_in_ = true;
}

void Visitor::step(double write_share) {
  if (!logged_in_) return log_in();
  auto dice = static_cast<double>(up_to(10'000)) / 10'000;
  if (dice <= write_share) return write();
  if (dice > 0.99) return log_out_and_in();
  read(up_to(2) == 1 ? "/team" : "/league");
}

void Visitor::log_in() {
  take_token(timed_get("/login"));
  HttpResponse entered = timed_post("/login", {{"name", name_}, {"password", kVisitorPassword}});
  if (judge(entered, 303, "log in") != Seen::kPage) return;
  logged_in_ = true;
  read("/team");
}

void Visitor::log_out_and_in() {
  if (judge(timed_post("/logout", {}), 303, "log out") != Seen::kFailure) logged_in_ = false;
  log_in();
}

void Visitor::read(const std::string& path) {
  HttpResponse page = timed_get(path);
  if (judge(page, 200, "GET " + path) == Seen::kPage && path == "/team") take_token(page);
}

void Visitor::write() {
  std::string id = name_ + "-" + run_ + "-" + std::to_string(++writes_);
  std::string path = up_to(3) == 1 ? "/unpick" : "/pick";
  HttpResponse answer =
      timed_post(path, {{"player", std::to_string(up_to(kPlayers))}, {"write_id", id}},
                 {{"Accept", "application/json"}});
  bool seen = judge(answer, 200, "POST " + path) == Seen::kPage &&
              answer.body.find("\"" + id + "\"") != std::string::npos;
  (seen ? experience_.acknowledged : experience_.unsure).push_back(id);
}

bool Visitor::knows_me(const HttpResponse& response) const {
  return response.body.find("data-manager=\"" + name_ + "\"") != std::string::npos;
}

Visitor::Seen Visitor::judge(const HttpResponse& response, int expected, const std::string& doing) {
  const bool is_page = response.header("content-type").starts_with("text/html");
  // 403 is the answer to a form whose token is not the session's: the session is another one.
  const bool stranger =
      logged_in_ && (response.status == 403 || (expected == 200 && leads_to_login(response)) ||
                     (response.status == 200 && is_page && !knows_me(response)));
  if (stranger) {
    ++experience_.logged_out;
    logged_in_ = false;
    return Seen::kLoggedOut;
  }
  if (response.status == expected) return Seen::kPage;
  ++experience_.failed;
  if (experience_.failures.size() < kFailuresKept) {
    experience_.failures.push_back(name_ + ": " + doing + ": " + std::to_string(response.status) +
                                   " " + response.error + " " + response.body.substr(0, 200));
  }
  return Seen::kFailure;
}

// So that the hosts' logs tell each request from every other.
void Visitor::name_request() {
  client_.always_send("X-Visitor", name_ + "_" + run_ + "_" + std::to_string(++named_));
}

void Visitor::note_wait(std::int64_t began_ns) {
  ++experience_.requests;
  std::chrono::milliseconds waited((monotonic_ns() - began_ns) / 1'000'000);
  experience_.longest_wait = std::max(experience_.longest_wait, waited);
}

HttpResponse Visitor::timed_get(const std::string& path) {
  name_request();
  std::int64_t began = monotonic_ns();
  HttpResponse response = client_.get(path);
  note_wait(began);
  return response;
}

HttpResponse Visitor::timed_post(const std::string& path, std::map<std::string, std::string> form,
                                 const HttpHeaders& headers) {
  form["token"] = token_;
  name_request();
  std::int64_t began = monotonic_ns();
  HttpResponse response = client_.post(path, form, headers);
  note_wait(began);
  return response;
}

void Visitor::take_token(const HttpResponse& page) {
  static const std::string kMark = "name=\"token\" value=\"";
  std::size_t at = page.body.find(kMark);
  if (at == std::string::npos) return;
  at += kMark.size();
  token_ = page.body.substr(at, page.body.find('"', at) - at);
}

}  // namespace cutover::harness
