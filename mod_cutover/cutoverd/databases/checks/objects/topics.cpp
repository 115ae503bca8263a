// SPDX-License-Identifier: Apache-2.0
// MariaDB answers most of this from a table's .frm file; the columns that it opens each table for
// are left alone where there is another way (12,000 tables: 0.1 to 0.4 s instead of 2.5).
#include "mod_cutover/cutoverd/databases/checks/objects/topics.h"

namespace cutover {
namespace {

constexpr auto kBlock = CheckVerdict::kBlock;
constexpr auto kWarn = CheckVerdict::kWarn;
constexpr auto kPass = CheckVerdict::kPass;

#define NOT_OURS \
  " NOT IN ('mysql', 'information_schema', 'performance_schema', 'sys', 'mod_cutover')"
#define TABLE_NAME_ "CONCAT(TABLE_SCHEMA, '.', TABLE_NAME"

constexpr const char* kTables = "SELECT " TABLE_NAME_
                                ") AS name, TABLE_TYPE AS kind, ENGINE AS engine "
                                "FROM information_schema.tables WHERE TABLE_SCHEMA" NOT_OURS;

constexpr const char* kColumns =
    "SELECT " TABLE_NAME_
    ", '.', COLUMN_NAME) AS name, ORDINAL_POSITION AS position, "
    "COLUMN_TYPE AS type, IS_NULLABLE AS nullable, COLUMN_DEFAULT AS `default`, EXTRA AS extra, "
    "GENERATION_EXPRESSION AS `generated as`, COLLATION_NAME AS collation "
    "FROM information_schema.columns WHERE TABLE_SCHEMA" NOT_OURS;

// A row a column of an index.
constexpr const char* kIndexes =
    "SELECT " TABLE_NAME_
    ", '.', INDEX_NAME, IF(SEQ_IN_INDEX = 1, '', "
    "CONCAT(' (column ', SEQ_IN_INDEX, ')'))) AS name, NON_UNIQUE AS `not unique`, "
    "COLUMN_NAME AS `column`, SUB_PART AS prefix "
    "FROM information_schema.statistics WHERE TABLE_SCHEMA" NOT_OURS;

#define FOREIGN_KEYS(TABLE)                                                            \
  "SELECT CONCAT(REPLACE(f.FOR_NAME, '/', '.'), '.', SUBSTRING_INDEX(f.ID, '/', -1)) " \
  "AS name, REPLACE(f.REF_NAME, '/', '.') AS `table`, f.TYPE AS `rule`, "              \
  "GROUP_CONCAT(c.FOR_COL_NAME, '=', c.REF_COL_NAME ORDER BY c.POS) AS columns "       \
  "FROM information_schema." TABLE " f JOIN information_schema." TABLE                 \
  "_COLS c "                                                                           \
  "ON c.ID = f.ID WHERE SUBSTRING_INDEX(f.ID, '/', 1)" NOT_OURS                        \
  " GROUP BY f.ID, f.FOR_NAME, f.REF_NAME, f.TYPE"

constexpr const char* kChecksMariaDb =
    "SELECT CONCAT(CONSTRAINT_SCHEMA, '.', TABLE_NAME, '.', CONSTRAINT_NAME) AS name, "
    "CHECK_CLAUSE AS clause FROM information_schema.check_constraints "
    "WHERE CONSTRAINT_SCHEMA" NOT_OURS;
constexpr const char* kChecksMySql =
    "SELECT CONCAT(t.TABLE_SCHEMA, '.', t.TABLE_NAME, '.', c.CONSTRAINT_NAME) AS name, "
    "c.CHECK_CLAUSE AS clause FROM information_schema.check_constraints c "
    "JOIN information_schema.table_constraints t ON t.CONSTRAINT_SCHEMA = c.CONSTRAINT_SCHEMA "
    "AND t.CONSTRAINT_NAME = c.CONSTRAINT_NAME WHERE t.TABLE_SCHEMA" NOT_OURS;

constexpr const char* kPartitions =
    "SELECT " TABLE_NAME_
    ", '.', PARTITION_NAME, IFNULL(CONCAT('.', SUBPARTITION_NAME), '')) "
    "AS name, PARTITION_METHOD AS method, PARTITION_EXPRESSION AS expression, "
    "PARTITION_DESCRIPTION AS `values` FROM information_schema.partitions "
    "WHERE PARTITION_NAME IS NOT NULL AND TABLE_SCHEMA" NOT_OURS;

constexpr const char* kRoutinesMariaDb =
    "SELECT CONCAT(LOWER(type), ' ', db, '.', name) AS name, SHA2(CONCAT_WS('|', param_list, "
    "returns, body, is_deterministic, sql_data_access), 256) AS body, sql_mode AS sql_mode, "
    "definer AS definer, security_type AS security FROM mysql.proc WHERE db" NOT_OURS;
constexpr const char* kRoutinesMySql =
    "SELECT CONCAT(LOWER(r.ROUTINE_TYPE), ' ', r.ROUTINE_SCHEMA, '.', r.ROUTINE_NAME) AS name, "
    "SHA2(CONCAT_WS('|', r.DTD_IDENTIFIER, r.ROUTINE_DEFINITION, r.IS_DETERMINISTIC, "
    "r.SQL_DATA_ACCESS, (SELECT GROUP_CONCAT(CONCAT_WS(' ', p.PARAMETER_MODE, p.PARAMETER_NAME, "
    "p.DTD_IDENTIFIER) ORDER BY p.ORDINAL_POSITION) FROM information_schema.parameters p WHERE "
    "p.SPECIFIC_SCHEMA = r.ROUTINE_SCHEMA AND p.SPECIFIC_NAME = r.SPECIFIC_NAME "
    "AND p.ROUTINE_TYPE = r.ROUTINE_TYPE)), 256) AS body, r.SQL_MODE AS sql_mode, "
    "r.DEFINER AS definer, r.SECURITY_TYPE AS security "
    "FROM information_schema.routines r WHERE r.ROUTINE_SCHEMA" NOT_OURS;

constexpr const char* kTriggers =
    "SELECT CONCAT(TRIGGER_SCHEMA, '.', TRIGGER_NAME) AS name, EVENT_OBJECT_TABLE AS `table`, "
    "CONCAT_WS(' ', ACTION_TIMING, EVENT_MANIPULATION) AS fires, SHA2(ACTION_STATEMENT, 256) AS "
    "body, "
    "SQL_MODE AS sql_mode, DEFINER AS definer "
    "FROM information_schema.triggers WHERE TRIGGER_SCHEMA" NOT_OURS;

constexpr const char* kViews =
    "SELECT " TABLE_NAME_
    ") AS name, SHA2(NULLIF(VIEW_DEFINITION, ''), 256) AS `definition?`, "
    "CHECK_OPTION AS `check option`, DEFINER AS definer, SECURITY_TYPE AS security "
    "FROM information_schema.views WHERE TABLE_SCHEMA" NOT_OURS;

const Topic kTopics[] = {
    {.row = "schema",
     .noun = "tables",
     .mariadb = kTables,
     .mysql = nullptr,
     .alone = kBlock,
     .slight = {"engine"},
     .right_mariadb = "REFERENCES",
     .right_mysql = "REFERENCES",
     .remedy = "compare SHOW CREATE TABLE on both and bring them together"},
    {.row = "schema",
     .noun = "columns",
     .mariadb = kColumns,
     .mysql = nullptr,
     .alone = kBlock,
     .slight = {"collation"},
     .right_mariadb = "REFERENCES",
     .right_mysql = "REFERENCES",
     .of_tables = true,
     .remedy = "compare SHOW CREATE TABLE on both and bring them together"},
    {.row = "indexes",
     .noun = "columns in indexes",
     .mariadb = kIndexes,
     .mysql = nullptr,
     .right_mariadb = "REFERENCES",
     .right_mysql = "REFERENCES",
     .of_tables = true,
     .remedy = "make them alike (CREATE INDEX): without a unique one doubles come in, without "
               "another the site is slow"},
    {.row = "foreign-keys",
     .noun = "foreign keys",
     .mariadb = FOREIGN_KEYS("INNODB_SYS_FOREIGN"),
     .mysql = FOREIGN_KEYS("INNODB_FOREIGN"),
     .right_mariadb = "PROCESS",
     .right_mysql = "PROCESS",
     .of_tables = true,
     .remedy = "compare SHOW CREATE TABLE on both and bring them together"},
    {.row = "constraints",
     .noun = "check constraints",
     .mariadb = kChecksMariaDb,
     .mysql = kChecksMySql,
     .by_release = {"clause"},
     .right_mariadb = "REFERENCES",
     .right_mysql = "REFERENCES",
     .of_tables = true,
     .opens_all = true,
     .remedy = "compare SHOW CREATE TABLE on both and bring them together"},
    {.row = "partitions",
     .noun = "partitions",
     .mariadb = kPartitions,
     .mysql = nullptr,
     .differs = kWarn,
     .right_mariadb = "REFERENCES",
     .right_mysql = "REFERENCES",
     .of_tables = true,
     .opens_all = true,
     .remedy = "partition alike (ALTER TABLE ... PARTITION BY): a statement that names a partition "
               "fails, and a value that has none is refused"},
    {.row = "routines",
     .noun = "routines",
     .mariadb = kRoutinesMariaDb,
     .mysql = kRoutinesMySql,
     .alone = kPass,
     .slight = {"definer"},
     .right_mysql = "SHOW_ROUTINE",
     .remedy = "bring them over: mariadb-dump or mysqldump with --routines --no-data "
               "--no-create-info"},
    {.row = "triggers",
     .noun = "triggers",
     .mariadb = kTriggers,
     .mysql = nullptr,
     .alone = kBlock,
     .slight = {"definer"},
     .right_mariadb = "TRIGGER",
     .right_mysql = "TRIGGER",
     .remedy = "bring them over: mariadb-dump or mysqldump with --triggers --no-data "
               "--no-create-info; DROP TRIGGER what is not to be there"},
    {.row = "views",
     .noun = "views",
     .mariadb = kViews,
     .mysql = nullptr,
     .alone = kPass,
     .slight = {"definer"},
     .by_release = {"definition?"},
     .right_mariadb = "REFERENCES",
     .right_mysql = "REFERENCES",
     .remedy = "compare SHOW CREATE VIEW on both and bring them together",
     .limits = " (what they select only where SELECT and SHOW VIEW are granted on them)"},
};

}  // namespace

std::span<const Topic> topics() { return kTopics; }

}  // namespace cutover
