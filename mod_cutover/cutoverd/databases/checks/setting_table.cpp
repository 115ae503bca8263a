// SPDX-License-Identifier: Apache-2.0
// The table: another setting is another line of it. Two releases differ in many defaults: only what
// changes an answer, refuses what was accepted or makes it much slower stands here.
#include "mod_cutover/cutoverd/databases/checks/setting_table.h"

namespace cutover {
namespace {

// As `using enum` would, which g++ 10 lacks.
constexpr Compare kAlike = Compare::kAlike, kAtLeast = Compare::kAtLeast, kHalf = Compare::kHalf,
                  kTimeLimit = Compare::kTimeLimit, kNotOn = Compare::kNotOn,
                  kNotOff = Compare::kNotOff, kDirectory = Compare::kDirectory;

constexpr Setting kLowerCase[] = {
    {"lower_case_table_names", kAlike, "names of tables are found on one of them only", true}};
constexpr Setting kPacket[] = {{"max_allowed_packet", kAtLeast, "large statements are refused"}};
constexpr Setting kMode[] = {{"sql_mode", kAlike, "statements are refused, or read, otherwise"}};
constexpr Setting kCharacters[] = {
    {"character_set_server", kAlike, "schemas are created in another one"}};
constexpr Setting kCollation[] = {
    {"collation_server", kAlike, "schemas are created in another one"},
    {"default_collation_for_utf8mb4", kAlike, "utf8mb4 alone means another one"},
    {"character_set_collations", kAlike, "utf8mb4 alone means another one", false, ""},
};
constexpr Setting kConnections[] = {{"max_connections", kAtLeast, "visitors are refused sooner"}};

constexpr Setting kMeaning[] = {
    {"transaction_isolation", kAlike, "transactions see and lock other rows", false, nullptr,
     "tx_isolation"},
    {"innodb_snapshot_isolation", kAlike,
     "a transaction that another overtook ends with error 1020", false, "OFF"},
    {"autocommit", kAlike, "a statement is a transaction of its own, or is not"},
    {"init_connect", kAlike, "sessions begin with other statements"},
    {"transaction_read_only", kNotOn, "nothing can be written", false, nullptr, "tx_read_only"},
    {"innodb_read_only", kNotOn, "nothing can be written", true},
    {"innodb_force_recovery", kNotOn, "writes are refused", true},
    {"group_concat_max_len", kAtLeast, "GROUP_CONCAT is cut off sooner"},
    {"max_sort_length", kAtLeast, "long values are sorted by less of them"},
    {"div_precision_increment", kAlike, "quotients have more or less digits"},
    {"default_week_format", kAlike, "WEEK() counts otherwise"},
    {"lc_time_names", kAlike, "days and months have other names"},
    {"block_encryption_mode", kAlike, "AES_DECRYPT does not read what was encrypted", false,
     "aes-128-ecb"},
    {"old_mode", kAlike, "statements are read otherwise"},
    {"sql_auto_is_null", kAlike, "IS NULL finds the last inserted row, or does not"},
    {"sql_safe_updates", kNotOn, "UPDATE and DELETE without a key are refused"},
    {"sql_select_limit", kAtLeast, "SELECT answers less rows"},
    {"max_join_size", kAtLeast, "large joins are refused"},
    {"foreign_key_checks", kAlike, "foreign keys are kept, or are not"},
    {"check_constraint_checks", kAlike, "CHECK is kept, or is not"},
    {"updatable_views_with_limit", kAlike, "views without a key can be updated, or cannot"},
    {"default_storage_engine", kAlike, "new tables are of another engine"},
    {"default_tmp_storage_engine", kAlike, "temporary tables are of another engine"},
    {"enforce_storage_engine", kAlike, "new tables are of another engine"},
    {"explicit_defaults_for_timestamp", kAlike, "new TIMESTAMP columns fill in by themselves"},
    {"innodb_strict_mode", kAlike, "CREATE TABLE is refused, or is not"},
    {"innodb_default_row_format", kAlike, "new tables take shorter or longer indexes"},
    {"innodb_rollback_on_timeout", kAlike, "a lock that is not to be had undoes more", true},
    {"innodb_autoinc_lock_mode", kAlike, "AUTO_INCREMENT has gaps, or has none", true},
    {"log_bin_trust_function_creators", kNotOff, "CREATE FUNCTION and TRIGGER are refused"},
    {"sql_require_primary_key", kNotOn, "tables without a primary key are refused", false, "OFF"},
    {"innodb_force_primary_key", kNotOn, "tables without a primary key are refused", false, "OFF"},
    {"restrict_fk_on_non_standard_key", kNotOn, "some foreign keys are refused", false, "OFF"},
    {"cte_max_recursion_depth", kAtLeast, "deep recursion is refused"},
    {"max_recursive_iterations", kAtLeast, "deep recursion is cut off"},
    {"max_sp_recursion_depth", kAtLeast, "routines that call themselves are refused"},
    {"local_infile", kNotOff, "LOAD DATA LOCAL is refused"},
    {"secure_file_priv", kDirectory, "files are read and written elsewhere", true},
};

constexpr Setting kFullText[] = {
    {"ft_min_word_len", kAlike, "short words are found, or are not", true},
    {"ft_max_word_len", kAlike, "long words are found, or are not", true},
    {"ft_stopword_file", kAlike, "other words are left out", true},
    {"ft_boolean_syntax", kAlike, "searches are read otherwise"},
    {"innodb_ft_min_token_size", kAlike, "short words are found, or are not", true},
    {"innodb_ft_max_token_size", kAlike, "long words are found, or are not", true},
    {"innodb_ft_enable_stopword", kAlike, "other words are left out"},
    {"innodb_ft_server_stopword_table", kAlike, "other words are left out"},
    {"ngram_token_size", kAlike, "words are cut otherwise", true},
};

constexpr Setting kSessions[] = {
    {"require_secure_transport", kNotOn, "sessions without TLS are refused", false, "OFF"},
    {"offline_mode", kNotOn, "only administrators are let in", false, "OFF"},
    {"skip_name_resolve", kNotOn, "accounts of a host's name are not found", true},
    {"max_user_connections", kTimeLimit, "an account is refused sooner"},
    {"max_connect_errors", kAtLeast, "a host is shut out sooner"},
    {"max_prepared_stmt_count", kAtLeast, "prepared statements are refused sooner"},
    {"wait_timeout", kAtLeast, "idle sessions are ended sooner"},
    {"interactive_timeout", kAtLeast, "idle sessions are ended sooner"},
    {"idle_transaction_timeout", kTimeLimit, "idle transactions are ended"},
    {"idle_write_transaction_timeout", kTimeLimit, "idle transactions are ended"},
    {"max_statement_time", kTimeLimit, "long statements are ended"},
    {"max_execution_time", kTimeLimit, "long queries are ended"},
    {"lock_wait_timeout", kAtLeast, "waiting for a lock is given up sooner"},
    {"innodb_lock_wait_timeout", kAtLeast, "waiting for a lock is given up sooner"},
    {"net_read_timeout", kAtLeast, "slow sessions are cut off sooner"},
    {"net_write_timeout", kAtLeast, "slow sessions are cut off sooner"},
    {"old_passwords", kAlike, "passwords are set in another format"},
    {"secure_auth", kNotOn, "accounts with old passwords are refused"},
    {"default_password_lifetime", kTimeLimit, "passwords expire"},
};

constexpr Setting kSpeed[] = {
    {"innodb_buffer_pool_size", kHalf, "more is read from the disk"},
    {"innodb_log_file_size", kHalf, "busy writers wait for the disk"},
    {"innodb_redo_log_capacity", kHalf, "busy writers wait for the disk"},
    {"innodb_io_capacity", kHalf, "changed pages are written later"},
    {"table_open_cache", kHalf, "tables are opened again and again"},
    {"table_definition_cache", kHalf, "tables are opened again and again"},
    {"open_files_limit", kHalf, "tables are closed, or cannot be opened", true},
    {"tmp_table_size", kHalf, "temporary tables go to the disk"},
    {"max_heap_table_size", kHalf, "temporary tables go to the disk, MEMORY tables are full"},
    {"query_cache_type", kNotOff, "no answer comes from the query cache"},
    {"general_log", kNotOn, "each statement is written to a log"},
};

constexpr SettingTopic kTopics[] = {
    {"lower-case-table-names", CheckVerdict::kBlock, kLowerCase,
     "it is fixed when a data directory is made: build the new one alike"},
    {"max-allowed-packet", CheckVerdict::kBlock, kPacket},
    {"sql-mode", CheckVerdict::kWarn, kMode},
    {"character-set", CheckVerdict::kWarn, kCharacters},
    {"collation", CheckVerdict::kWarn, kCollation},
    {"max-connections", CheckVerdict::kWarn, kConnections},
    {"statements-mean-the-same", CheckVerdict::kWarn, kMeaning},
    {"full-text", CheckVerdict::kWarn, kFullText, "then build the FULLTEXT indexes anew there"},
    {"sessions", CheckVerdict::kWarn, kSessions},
    {"as-fast", CheckVerdict::kWarn, kSpeed, "", false},
};

}  // namespace

std::span<const SettingTopic> setting_topics() { return kTopics; }

}  // namespace cutover
