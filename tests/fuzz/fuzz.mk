# SPDX-License-Identifier: Apache-2.0
# The fuzzers: with libFuzzer as programs of their own (`make fuzz`, in a build of clang's), without
# it in one program that replays the corpus with the other tests.
FUZZERS := $(patsubst tests/fuzz/%_fuzzer.cpp,%,$(wildcard tests/fuzz/*_fuzzer.cpp))
FUZZED  := $(addprefix $(BUILD)/obj/mod_cutover/, cutoverd/control/request.o \
             cutoverd/new_host/cookie_file.o httpd/page/origin.o httpd/page/path.o \
             $(addprefix cutoverd/databases/, session/connection.o dialect/dialect.o dialect/mariadb.o dialect/mariadb_answers.o dialect/by_file.o \
               dialect/mysql.o dialect/mysql_answers.o dialect/gtid_list.o dialect/gtid_spans.o options/keys.o \
               options/text.o \
               $(addprefix binlog/, calls.o sql_words.o statement.o transactions.o))) \
             $(STATE) $(WIRE) $(CORE)
APR_LIBS := $(shell apu-1-config --link-ld 2>/dev/null) $(shell apr-1-config --link-ld 2>/dev/null)

$(BUILD)/obj/tests/fuzz/%.o: FLAGS = $(HTTPD_CFLAGS) \
  $(if $(findstring fuzzer,$(SANITIZE)),-DCUTOVER_LIBFUZZER)

$(BUILD)/fuzz_tests: $(call objects,tests/fuzz) $(BUILD)/obj/tests/harness/build_paths.o $(FUZZED)
$(BUILD)/fuzz_tests: TESTLIBS = $(APR_LIBS) -lz

$(addprefix $(BUILD)/fuzz_,$(FUZZERS)): $(BUILD)/fuzz_%: $(BUILD)/obj/tests/fuzz/%_fuzzer.o $(FUZZED)
	@echo "  LINK  $@"
	@$(LINK) -fsanitize=fuzzer -o $@ $^ $(APR_LIBS) -lz

fuzzers: $(addprefix $(BUILD)/fuzz_,$(FUZZERS))
