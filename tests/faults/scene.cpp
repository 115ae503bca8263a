// SPDX-License-Identifier: Apache-2.0
#include "tests/faults/scene.h"

#include <algorithm>
#include <csignal>
#include <fstream>

#include "mod_cutover/state/journal_file.h"
#include "tests/harness/eventually.h"
#include "tests/harness/host_times.h"
#include "tests/harness/http_client.h"
#include "tests/harness/signals.h"

namespace cutover::faults {
namespace {

using harness::eventually;

constexpr unsigned kVisitors = 4;
constexpr milliseconds kHoldTimeout{3000};
constexpr milliseconds kHoldTimeoutToProve{5800};  // the page, and the way back
constexpr milliseconds kLonger{1400};

milliseconds held_at_most(bool proof) { return proof ? kHoldTimeoutToProve : kHoldTimeout; }

harness::SiteOptions options(FaultyDisk& disk, bool by_file, bool proof) {
  harness::SiteOptions o;
  o.relays = true;
  o.slow_percent = 2;
  o.slow_ms = 60;
  o.threads = 32;
  o.php_children = 10;
  o.site_settings =
      "CutoverDrainTimeout 1s\nCutoverFenceTimeout 800ms\nCutoverCatchUpTimeout 1s\n"
      "CutoverHoldTimeout " +
      std::to_string(held_at_most(proof).count()) + "ms\nCutoverCheckInterval 50ms\n";
  if (proof) o.site_settings += "CutoverProof /proof.php\nCutoverProofTimeout 1s\n";
  o.old_environment = disk.environment();
  // A link whose other end has gone without a word is given up after this, and not after a minute.
  // Each vendor knows one of the two names.
  for (harness::DatabaseOptions* database : {&o.old_database, &o.new_database})
    database->settings = {"loose_slave_net_timeout=10", "loose_replica_net_timeout=10"};
  o.replication.by_file = by_file;
  if (by_file && o.old_database.vendor == harness::Vendor::kMySql)
    for (harness::DatabaseOptions* database : {&o.old_database, &o.new_database})
      database->settings.emplace_back("gtid_mode=OFF");
  return o;
}

// Only the new host's is ever asked while its database is writable and nobody is let in.
std::string proof_page(const std::filesystem::path& log) {
  return "<?php require __DIR__ . '/../src/database.php';\n"
         "try {\n  if (getenv('HOST_NAME') === 'new') {\n"
         "    $id = 'proof-' . bin2hex(random_bytes(8));\n"
         "    connect()->exec(\"INSERT INTO ledger (write_id, manager_id, action, player_id, host) "
         "\"\n"
         "      . \"VALUES ('$id', 0, 'proof', 0, 'new')\");\n"
         "    file_put_contents('" +
         (log / "proofs").string() +
         "', \"$id\\n\", FILE_APPEND);\n"
         "    if (file_exists('" +
         (log / "spoilt").string() +
         "')) { http_response_code(500); }\n  }\n"
         "} catch (PDOException $refused) {\n"
         "  if (!in_array($refused->errorInfo[1] ?? 0, [1290, 1836])) { throw $refused; }\n}\n"
         "echo 'a page';\n";
}

}  // namespace

bool Standing::says_a_hand() const {
  if (doubt.find("it is not touched") != std::string::npos) return true;
  return std::any_of(reasons.begin(), reasons.end(), [](const std::string& reason) {
    return reason.find("which serves, is read-only") != std::string::npos ||
           reason.find("is writable; set it read_only=1") != std::string::npos;
  });
}

Scene::Scene(bool by_file, bool proof) : proof_(proof), site_(options(disk_, by_file, proof)) {
  for (harness::Httpd* httpd : {&site_.old_httpd(), &site_.new_httpd()}) {
    httpd->expect_crashes();
    harness::write_file(httpd->htdocs() / "public/slow.php",
                        "<?php for ($i = 0; $i < 1000 && file_exists(__DIR__ . '/slow'); $i++) {\n"
                        "usleep(5000); clearstatcache(); }\n");
    harness::write_file(httpd->htdocs() / "public/proof.php",
                        proof_page(site_.directory() / "host-log"));
  }
  if (const std::string reasons = site_.await_gate(kSettleLimit); !reasons.empty())
    throw std::runtime_error("the gate of a new site stays closed: " + reasons);
  backup_ = std::make_unique<StateCopy>(site_.state_dir());
  crowd_ = std::make_unique<Crowd>(site_.port(), kVisitors);
}

Scene::~Scene() {
  end_job();
  await_slow_request();
  crowd_.reset();
}

void Scene::spoil(bool spoilt) const {
  const auto flag = site_.directory() / "host-log/spoilt";
  if (spoilt)
    harness::write_file(flag, "");
  else
    std::filesystem::remove(flag);
}

milliseconds Scene::hold_timeout() const { return held_at_most(proof_); }

milliseconds Scene::longer_than_any_deadline() const { return hold_timeout() + kLonger; }

harness::DatabaseServer& Scene::database(const std::string& side) {
  return side == "new" ? site_.new_database() : site_.old_database();
}

harness::TcpRelay& Scene::database_relay(const std::string& side) {
  return side == "new" ? site_.new_database_relay() : site_.old_database_relay();
}

harness::TcpRelay& Scene::link_into(const std::string& side) {
  return side == "new" ? site_.replication_relay() : site_.way_back_relay();
}

Standing Scene::standing() const {
  Standing now;
  const auto answer = site_.cutoverctl({"status", "--json"}, std::chrono::seconds(15));
  now.exit_code = answer.exit_code;
  const auto all = nlohmann::json::parse(answer.output, nullptr, false);
  if (!all.is_object() || !all.contains("sites") || all.at("sites").empty()) return now;
  const auto& site = all.at("sites").front();
  now.answered = true;
  now.side = site.value("side", "");
  now.phase = site.value("phase", "");
  now.doubt = site.value("doubt", "");
  now.balanced = site.value("balanced", false);
  now.gate_open = site.at("gate").value("open", false);
  now.reasons = site.at("gate").value("reasons", std::vector<std::string>());
  now.last = site.value("last", nlohmann::json());
  return now;
}

std::string Scene::who_answers() const {
  harness::HttpClient client("127.0.0.1", site_.port());
  client.time_limit(std::chrono::seconds(5));
  const auto answer = client.get("/login");
  if (answer.status != 200) return std::to_string(answer.status) + " " + answer.error;
  return answer.header("x-served-by");
}

void Scene::slow_request() {
  await_slow_request();
  for (const harness::Httpd* httpd : {&site_.old_httpd(), &site_.new_httpd()})
    harness::write_file(httpd->htdocs() / "public/slow", "");
  slow_ = std::thread(
      [port = site_.port()] { harness::HttpClient("127.0.0.1", port).get("/slow.php"); });
}

void Scene::end_slow_request() {
  for (const harness::Httpd* httpd : {&site_.old_httpd(), &site_.new_httpd()})
    std::filesystem::remove(httpd->htdocs() / "public/slow");
}

void Scene::await_slow_request() {
  end_slow_request();
  if (slow_.joinable()) slow_.join();
}

std::string Scene::recorded() const {
  const JournalReading found = read_journal(journal());
  return std::string(cutover::name(found.record.phase));
}

OtherHost& Scene::start_other_host() {
  other_host_.reset();
  other_host_ = std::make_unique<OtherHost>(site_);
  return *other_host_;
}

void Scene::start_job(const std::string& side, bool stubborn) {
  end_job();
  job_ = std::make_unique<Job>(database(side), "job" + std::to_string(++jobs_), stubborn);
}

void Scene::end_job() {
  if (!job_) return;
  job_->stop();
  written_.merge(job_->acknowledged());
  job_.reset();
}

std::set<std::string> Scene::written_by_jobs() const {
  std::set<std::string> all = written_;
  if (job_) all.merge(job_->acknowledged());
  return all;
}

std::set<std::string> Scene::written_by_proofs() const {
  std::set<std::string> all;
  std::ifstream in(site_.directory() / "host-log/proofs");
  for (std::string id; in >> id;) all.insert(id);
  return all;
}

void Scene::forget_what_was_written() {
  written_.clear();
  const auto proofs = site_.directory() / "host-log/proofs";
  if (std::filesystem::exists(proofs)) std::filesystem::resize_file(proofs, 0);
}

std::set<std::string> Scene::written_at(const std::string& side) {
  std::set<std::string> there;
  for (const auto& row : database(side).connect().execute("SELECT write_id FROM fantasy.ledger"))
    there.insert(row[0].value_or(""));
  return there;
}

// First the coordinator, which would hear of its parent's death and leave in good order.
void Scene::kill_httpd() {
  auto all = site_.old_httpd().children();
  if (const pid_t pid = site_.coordinator(); pid != 0) all.insert(all.begin(), pid);
  for (const pid_t pid : all) harness::signal_to(pid, SIGKILL);
  site_.old_httpd().kill_parent();
  eventually([&] {
    return std::none_of(all.begin(), all.end(),
                        [](pid_t pid) { return !harness::command_line(pid).empty(); });
  });
}

void Scene::start_httpd() {
  httpd_started_ = std::chrono::steady_clock::now();
  site_.old_httpd().start();
}

std::optional<milliseconds> Scene::await_service(bool by_a_person) {
  const auto passed = [this] {
    return std::chrono::duration_cast<milliseconds>(std::chrono::steady_clock::now() -
                                                    httpd_started_);
  };
  const auto serves = [&] {
    const Standing now = standing();
    if (!now.doubt.empty()) return true;
    if (by_a_person && now.says_a_hand()) return true;
    return now.decided() && who_answers() == now.side && !database(now.side).read_only();
  };
  while (!serves()) {
    if (passed() > kServiceLimit) return std::nullopt;
    std::this_thread::sleep_for(milliseconds(10));
  }
  return passed() <= kServiceLimit ? std::optional(passed()) : std::nullopt;
}

void Scene::freeze(harness::Httpd& httpd, int signal) const {
  for (const pid_t pid : httpd.children()) harness::signal_to(pid, signal);
  harness::signal_to(httpd.pid(), signal);
}

void Scene::mark() {
  marked_ = site_.old_httpd().error_log().size();
  marked_at_ = harness::monotonic_ns();
}

std::string Scene::said() const {
  const std::string log = site_.old_httpd().error_log();
  return log.substr(std::min(marked_, log.size()));
}

}  // namespace cutover::faults
