# SPDX-License-Identifier: Apache-2.0
# The fuzzers: with libFuzzer as programs of their own (`make fuzz`, in a build of clang's), without
# it in one program that replays the corpus with the other tests.
FUZZERS := $(patsubst tests/fuzz/%_fuzzer.cpp,%,$(wildcard tests/fuzz/*_fuzzer.cpp))
FUZZED  := $(addprefix $(BUILD)/obj/mod_cutover/, cutoverd/request.o cutoverd/cookie_file.o \
             cutoverd/secret_file.o httpd/origin.o httpd/page_path.o \
             $(addprefix cutoverd/databases/, connection.o dialect.o dialect_mariadb.o dialect_mysql.o \
               gtid_list.o option_keys.o option_text.o who_blocks.o)) $(STATE) $(WIRE) $(CORE)
APR_LIBS := $(shell apu-1-config --link-ld 2>/dev/null) $(shell apr-1-config --link-ld 2>/dev/null)

$(BUILD)/obj/tests/fuzz/%.o: FLAGS = $(HTTPD_CFLAGS) \
  $(if $(findstring fuzzer,$(SANITIZE)),-DCUTOVER_LIBFUZZER)

$(BUILD)/fuzz_tests: $(call objects,tests/fuzz) $(BUILD)/obj/tests/harness/build_paths.o $(FUZZED)
$(BUILD)/fuzz_tests: TESTLIBS = $(APR_LIBS) -lz

$(addprefix $(BUILD)/fuzz_,$(FUZZERS)): $(BUILD)/fuzz_%: $(BUILD)/obj/tests/fuzz/%_fuzzer.o $(FUZZED)
	@echo "  LINK  $@"
	@$(LINK) -fsanitize=fuzzer -o $@ $^ $(APR_LIBS) -lz

fuzzers: $(addprefix $(BUILD)/fuzz_,$(FUZZERS))
