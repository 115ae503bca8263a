# SPDX-License-Identifier: Apache-2.0
# The rules behind the Makefile's targets: what is compiled from what, with which flags.
# The first of the programs that is there (dash's command -v looks at one name only).
first_of = $(firstword $(foreach program,$(1),$(shell command -v $(program) 2>/dev/null)))
APXS  ?= $(call first_of,apxs apxs2)
query  = $(if $(APXS),$(shell $(APXS) -q $(1) 2>/dev/null))

# Debian's apxs answers /usr/lib/apache2/modules and /usr/sbin; RHEL's /usr/lib64/httpd/modules.
PREFIX      := $(or $(call query,PREFIX),/usr)
MODULE_DIR  ?= $(or $(call query,LIBEXECDIR),/usr/lib/apache2/modules)
SBIN_DIR    ?= $(or $(call query,SBINDIR),/usr/sbin)
CONF_DIR    ?= $(call query,SYSCONFDIR)
STATE_DIR   ?= /var/lib/cutover
MAN_DIR     ?= /usr/share/man
BASHCOMP_DIR ?= /usr/share/bash-completion/completions
VERSION     := 0.1.0

# The MySQL client: MYSQL_CONFIG decides, else MariaDB's is preferred (it speaks to both vendors).
MYSQL_CONFIG ?= $(call first_of,mariadb_config mysql_config)
ifneq ($(MYSQL_CONFIG),)
DB_CFLAGS := $(patsubst -I%,-isystem %,$(shell $(MYSQL_CONFIG) --include))
DB_LIBS   := $(shell $(MYSQL_CONFIG) --libs)
else
DB_CFLAGS := $(patsubst -I%,-isystem %,$(shell pkg-config --cflags mysqlclient 2>/dev/null))
DB_LIBS   := $(shell pkg-config --libs mysqlclient 2>/dev/null)
endif

# Without /usr/include, which apu-1-config names: -isystem would put it before the C++ library's own.
HTTPD_CFLAGS := -isystem $(call query,INCLUDEDIR) \
                $(patsubst -I%,-isystem %,$(filter-out -I/usr/include, \
                    $(shell apr-1-config --includes --cppflags 2>/dev/null) \
                    $(shell apu-1-config --includes 2>/dev/null)))

DEFINES  := -DCUTOVER_VERSION='"$(VERSION)"' -DCUTOVER_STATE_DIR='"$(STATE_DIR)"' \
            -DCUTOVERD_PATH='"$(SBIN_DIR)/cutoverd"'
# UNSAFE=NO_FENCE and the like: shared/protocol/unsafe.h.
UNSAFE   ?=
DEFINES  += $(addprefix -DCUTOVER_UNSAFE_,$(UNSAFE))
WARNINGS := -Wall -Wextra -Wpedantic -Werror
HARDEN   := $(if $(SANITIZE),-fsanitize=$(SANITIZE) -fno-omit-frame-pointer -fno-sanitize-recover=all,\
              -D_FORTIFY_SOURCE=2 -fstack-protector-strong)
# g++'s unique symbols would keep a replaced module's old image over a graceful.
UNIQUE   := $(shell $(CXX) -fno-gnu-unique -x c++ -fsyntax-only /dev/null 2>/dev/null && echo -fno-gnu-unique)
# A backtrace has its functions and lines; variables and types (CXXFLAGS="-O2 -g", as in the Debian
# package) took a third of the compiler's time.
CXXFLAGS ?= -O2 -g1
# Tests need not be fast but soon there, nor what a person or a socket is waited for in: the command,
# JSON. What measures (tests/bench) is built like the product.
SOON_CXXFLAGS := $(if $(filter file,$(origin CXXFLAGS)),-O1 -g1)
ALL_CXXFLAGS := -std=c++20 $(WARNINGS) $(CXXFLAGS) $(HARDEN) $(UNIQUE) -fPIC -fvisibility=hidden \
                -pthread -I. $(DEFINES) -MMD -MP
LINK     := $(CXX) $(CXXFLAGS) $(if $(SANITIZE),-fsanitize=$(SANITIZE)) -pthread $(LDFLAGS)

# Of all that stands below these folders; `apart` are libraries of their own.
apart    = */attacker/* */stand_ins/* */taker/* */preload/* */probe/*
sources  = $(sort $(shell find $(1) -name '*.cpp' $(foreach path,$(apart),-not -path '$(path)')))
to_objects = $(patsubst %.cpp,$(BUILD)/obj/%.o,$(1))
objects  = $(call to_objects,$(call sources,$(1)))

CORE    := $(call objects,shared)
STATE   := $(call objects,mod_cutover/state)
WIRE    := $(call objects,mod_cutover/wire)
PAGE    := $(BUILD)/obj/mod_cutover/page/assets.o
MODULE  := $(call objects,mod_cutover/httpd) $(PAGE)
COORD   := $(filter-out %/main.o,$(call objects,mod_cutover/cutoverd))
COMMAND := $(call objects,mod_cutover/cutoverctl)
HARNESS := $(call objects,tests/harness)
FAULTS  := $(filter-out %/main.o %_test.o,$(call objects,tests/faults))

$(BUILD)/obj/mod_cutover/httpd/%.o: FLAGS = $(HTTPD_CFLAGS)
$(BUILD)/obj/mod_cutover/cutoverd/%.o: FLAGS = $(DB_CFLAGS)
$(foreach folder,cutoverctl wire,$(BUILD)/obj/mod_cutover/$(folder)/%.o): FLAGS = $(SOON_CXXFLAGS)
$(BUILD)/obj/tests/%.o: FLAGS = $(SOON_CXXFLAGS) $(DB_CFLAGS)
$(BUILD)/obj/tests/bench/%.o: FLAGS = $(DB_CFLAGS)

# What most sources of a kind include is read once for all of them. A source names all the same what
# it uses: `make PRECOMPILED=` compiles without, and so do `make check` and the Debian package.
PRECOMPILED ?= yes
# g++ takes no notice then that std::string is the library's own, where it keeps quiet about what it
# wrongly believes of the bounds of short ones.
QUIET := $(if $(UNIQUE),-Wno-array-bounds -Wno-restrict \
                          -Wno-stringop-overflow -Wno-stringop-overread)
HEADERS_standard := algorithm chrono map memory optional string string_view vector
HEADERS_soon     := $(HEADERS_standard)
HEADERS_harness  := $(HEADERS_standard) filesystem
HEADERS_tests    := $(HEADERS_harness) gmock/gmock.h gtest/gtest.h
# A compiler takes none that another one made, or that was made with other flags.
PRECOMPILED_DIR  := $(BUILD)/obj/precompiled/$(shell echo $(CXX) $(ALL_CXXFLAGS) | cksum | cut -d' ' -f1)

$(BUILD)/obj/%.o: KIND = standard
$(foreach folder,cutoverctl wire,$(BUILD)/obj/mod_cutover/$(folder)/%.o): KIND = soon
$(BUILD)/obj/tests/%.o: KIND = tests
$(foreach folder,browser demo faults gracefuls harness soak,$(BUILD)/obj/tests/$(folder)/%.o): KIND = harness
$(foreach folder,bench fuzz model,$(BUILD)/obj/tests/$(folder)/%.o): KIND = standard
precompiled = $(if $(PRECOMPILED),$(KIND:%=$(PRECOMPILED_DIR)/%.h))

# g++ 12 now and then writes a precompiled header that it crashes on (two of some twenty, at random):
# then the object is made without one.
compile = $(CXX) $(ALL_CXXFLAGS) $(FLAGS) $(1) -c $< -o $@ 2>$@.said

.SECONDEXPANSION: # which one an object needs is known only when the object is
$(BUILD)/obj/%.o: %.cpp build.mk $$(addsuffix .gch,$$(precompiled))
	@mkdir -p $(@D)
	@echo "  CXX   $<"
	@$(call compile,$(precompiled:%=$(QUIET) -include %)) || \
	  { grep -q 'internal compiler error' $@.said && $(call compile,); } || { cat $@.said >&2; false; }
	@rm -f $@.said

$(PRECOMPILED_DIR)/%.h: build.mk
	@mkdir -p $(@D)
	@printf '#include <%s>\n' $(HEADERS_$*) >$@

$(foreach kind,soon harness tests,$(PRECOMPILED_DIR)/$(kind).h.gch): FLAGS = $(SOON_CXXFLAGS)
$(PRECOMPILED_DIR)/%.h.gch: $(PRECOMPILED_DIR)/%.h build.mk
	@echo "  CXX   $*.h"
	@$(CXX) $(ALL_CXXFLAGS) $(FLAGS) -MT $@ -MF $@.d -x c++-header -c $< -o $@
.PRECIOUS: $(PRECOMPILED_DIR)/%.h $(PRECOMPILED_DIR)/%.h.gch

# The page's files go into the module as they stand; the compiler does not tell make which.
$(BUILD)/obj/mod_cutover/page/assets.o: mod_cutover/page/assets.S \
    $(wildcard mod_cutover/page/*.css mod_cutover/page/*.js mod_cutover/page/*.svg \
               mod_cutover/page/vendor/*/*) build.mk
	@mkdir -p $(@D)
	@echo "  ASSET $<"
	@$(CXX) -I. -c $< -o $@

BINARIES := $(BUILD)/mod_cutover.so $(BUILD)/cutoverd $(BUILD)/cutoverctl
binaries: $(BINARIES)

# -Bsymbolic: the module's C++ is its own, whatever else httpd has loaded.
$(BUILD)/mod_cutover.so: $(MODULE) $(STATE) $(WIRE) $(CORE)
	@echo "  LINK  $@"
	@$(LINK) -shared -Wl,-Bsymbolic,--version-script=mod_cutover/httpd/exported.map -o $@ $^

$(BUILD)/cutoverd: $(BUILD)/obj/mod_cutover/cutoverd/main.o $(COORD) $(STATE) $(WIRE) $(CORE)
	@echo "  LINK  $@"
	@$(LINK) -o $@ $^ $(DB_LIBS) -lcurl -lresolv -lanl

$(BUILD)/cutoverctl: $(COMMAND) $(WIRE) $(CORE)
	@echo "  LINK  $@"
	@$(LINK) -o $@ $^

# ---- tests ------------------------------------------------------------------------------------
include tests/bench/bench.mk

TESTLIBS := $(shell pkg-config --libs cpp-httplib 2>/dev/null) -lcurl -lresolv -lanl -lssl -lcrypto $(DB_LIBS)
TEST_BINARIES := $(addprefix $(BUILD)/,unit_tests database_tests e2e_tests site_tests \
                   cutoverctl_tests harness_tests fuzz_tests fault_tests) $(BUILD)/demo
test-binaries: $(TEST_BINARIES)

# Of the module what knows nothing of httpd.
of_module = $(patsubst %,$(BUILD)/obj/mod_cutover/httpd/%.o,$(1))
SAID  := $(call of_module,page/sources/events $(addprefix page/html/,actions charts checks facts runs \
           site_card sparkline strays trail words))
APART := $(call of_module,$(addprefix hold/,waker closer release_queue) endless/cutter config/normal_path \
           page/exposition preview/cookie request/passed_on) $(SAID)

# Module and coordinator as of a version with another layout of shared memory.
OTHER_LAYOUT := $(BUILD)/other_layout
OTHER_STATE  := $(OTHER_LAYOUT)/shared_memory.o $(filter-out %/shared_memory.o,$(STATE))
$(OTHER_LAYOUT)/shared_memory.o: mod_cutover/state/shared_memory.cpp
	@mkdir -p $(@D)
	@echo "  CXX   $< (another layout)"
	@$(CXX) $(ALL_CXXFLAGS) -DCUTOVER_OTHER_LAYOUT -c $< -o $@
$(OTHER_LAYOUT)/mod_cutover.so: $(MODULE) $(OTHER_STATE) $(WIRE) $(CORE)
	@echo "  LINK  $@"
	@$(LINK) -shared -Wl,-Bsymbolic,--version-script=mod_cutover/httpd/exported.map -o $@ $^
$(OTHER_LAYOUT)/cutoverd: $(BUILD)/obj/mod_cutover/cutoverd/main.o $(COORD) $(OTHER_STATE) $(WIRE) $(CORE)
	@echo "  LINK  $@"
	@$(LINK) -o $@ $^ $(DB_LIBS) -lcurl -lresolv -lanl

# Beside a real Passenger: `make test-passenger`.
$(BUILD)/passenger_tests: $(call objects,tests/passenger) $(HARNESS) $(STATE) $(WIRE) $(CORE)

$(BUILD)/unit_tests: $(call objects,tests/unit) $(APART) $(COORD) $(STATE) $(WIRE) $(CORE)
$(BUILD)/database_tests: $(call objects,tests/database) $(HARNESS) $(COORD) $(STATE) $(WIRE) $(CORE) \
                         | $(BUILD)/clock.so
$(BUILD)/e2e_tests: $(call objects,tests/httpd) $(BUILD)/obj/tests/httpd/attacker/attacks.o $(HARNESS) \
                    $(STATE) $(WIRE) $(CORE) \
                    | $(addprefix $(BUILD)/,attacker.so taker.so stand_ins.so no_process.so) $(OTHER_LAYOUT)/mod_cutover.so \
                    $(OTHER_LAYOUT)/cutoverd
$(BUILD)/site_tests: $(call objects,tests/site) $(FAULTS) $(HARNESS) $(STATE) $(WIRE) $(CORE) \
                     | $(BUILD)/faulty_disk.so
$(BUILD)/cutoverctl_tests: $(call objects,tests/cutoverctl) $(HARNESS) \
                           $(filter-out %/main.o,$(COMMAND)) $(WIRE) $(CORE)
$(BUILD)/harness_tests: $(call objects,tests/harness_test) $(HARNESS) $(BENCH_TESTED) \
                        $(addprefix $(BUILD)/obj/,mod_cutover/wire/json.o tests/demo/moves.o tests/soak/trend.o)

# Modules: one that attacks ours from inside a worker, one that takes every request as its own, and
# some that stand for others.
in_httpd := attacker taker stand_ins
$(foreach module,$(in_httpd),$(BUILD)/obj/tests/httpd/$(module)/%.o): FLAGS = $(HTTPD_CFLAGS)
$(foreach module,$(in_httpd),$(BUILD)/obj/tests/httpd/$(module)/%.o): KIND = standard
$(BUILD)/stand_ins.so: $(call to_objects,$(wildcard tests/httpd/stand_ins/*.cpp))
$(BUILD)/attacker.so: $(call to_objects,$(wildcard tests/httpd/attacker/*.cpp))
$(BUILD)/taker.so: $(call to_objects,$(wildcard tests/httpd/taker/*.cpp))
$(in_httpd:%=$(BUILD)/%.so):
	@echo "  LINK  $@"
	@$(LINK) -shared -Wl,-Bsymbolic -o $@ $^

$(BUILD)/%_tests:
	@echo "  LINK  $@"
	@$(LINK) -o $@ $^ -lgmock -lgtest -lgtest_main $(TESTLIBS)

$(BUILD)/demo: $(call objects,tests/demo) $(HARNESS) $(WIRE) $(CORE)
# What the browser tests look at.
$(BUILD)/browser_stand: $(call objects,tests/browser) $(HARNESS) $(STATE) $(WIRE) $(CORE)
# What httpd says on the page, for its scripts to be compared with.
$(BUILD)/page_said: $(call objects,tests/page) $(SAID) $(STATE) $(WIRE) $(CORE)
$(BUILD)/demo $(BUILD)/browser_stand $(BUILD)/page_said:
	@echo "  LINK  $@"
	@$(LINK) -o $@ $^ $(TESTLIBS)

# The soak; what is preloaded where it is to leak is a library of its own.
$(BUILD)/soak: $(call objects,tests/soak) $(filter-out %/main.o,$(call objects,tests/demo)) $(HARNESS) \
               $(STATE) $(WIRE) $(CORE) | $(BUILD)/leak.so
	@echo "  LINK  $@"
	@$(LINK) -o $@ $(filter %.o,$^) $(TESTLIBS)

# Gracefuls without end.
$(BUILD)/gracefuls: $(call objects,tests/gracefuls) $(HARNESS) $(STATE) $(WIRE) $(CORE)
	@echo "  LINK  $@"
	@$(LINK) -o $@ $^ $(TESTLIBS)

$(BUILD)/leak.so: tests/soak/preload/leak.cpp
	@echo "  LINK  $@"
	@$(CXX) -std=c++20 $(WARNINGS) -O2 -g -fPIC -shared -pthread -o $@ $< -ldl

# The campaign; what is preloaded into its coordinator is a library of its own.
$(BUILD)/faults: $(BUILD)/obj/tests/faults/main.o $(FAULTS) $(HARNESS) $(STATE) $(WIRE) $(CORE) \
                 | $(BUILD)/faulty_disk.so
	@echo "  LINK  $@"
	@$(LINK) -o $@ $(filter %.o,$^) $(TESTLIBS)

$(BUILD)/fault_tests: $(filter %_test.o,$(call objects,tests/faults)) $(FAULTS) $(HARNESS) $(STATE) $(WIRE) \
                      $(CORE) | $(BUILD)/faulty_disk.so

# A database server whose clock is wrong.
$(BUILD)/clock.so: tests/database/preload/clock.cpp
	@echo "  LINK  $@"
	@$(CXX) -std=c++20 $(WARNINGS) -O2 -g -fPIC -shared -o $@ $< -ldl

# An httpd whose module gets no process.
$(BUILD)/no_process.so: tests/httpd/preload/no_process.cpp
	@echo "  LINK  $@"
	@$(CXX) -std=c++20 $(WARNINGS) -O2 -g -fPIC -shared -o $@ $< -ldl

$(BUILD)/faulty_disk.so: tests/faults/preload/faulty_disk.cpp tests/faults/preload/control.h
	@echo "  LINK  $@"
	@$(CXX) -std=c++20 $(WARNINGS) -O2 -g -fPIC -shared -I. -o $@ $< -ldl

include tests/fuzz/fuzz.mk

include tests/model/model.mk

# ---- installation --------------------------------------------------------------------------------
$(BUILD)/mod_cutover.8: mod_cutover/manual/print.sh $(wildcard mod_cutover/manual/*.8) apache-conf/cutover.conf docs/moving-a-site.md
	@mkdir -p $(@D)
	@mod_cutover/manual/print.sh >$@

install: all $(BUILD)/mod_cutover.8
	install -d $(DESTDIR)$(MODULE_DIR) $(DESTDIR)$(SBIN_DIR) $(DESTDIR)$(MAN_DIR)/man8 \
	           $(DESTDIR)$(BASHCOMP_DIR)
	install -m 0644 $(BUILD)/mod_cutover.so $(DESTDIR)$(MODULE_DIR)/mod_cutover.so
	install -m 0755 $(BUILD)/cutoverd $(BUILD)/cutoverctl $(DESTDIR)$(SBIN_DIR)/
	install -m 0644 mod_cutover/cutoverctl/cutoverctl.8 $(BUILD)/mod_cutover.8 $(DESTDIR)$(MAN_DIR)/man8/
	install -m 0644 mod_cutover/cutoverctl/cutoverctl.bash $(DESTDIR)$(BASHCOMP_DIR)/cutoverctl
	@apache-conf/install.sh "$(CONF_DIR)" "$(MODULE_DIR)" "$(DESTDIR)"

uninstall:
	rm -f $(DESTDIR)$(MODULE_DIR)/mod_cutover.so $(DESTDIR)$(SBIN_DIR)/cutoverd \
	      $(DESTDIR)$(SBIN_DIR)/cutoverctl $(DESTDIR)$(MAN_DIR)/man8/cutoverctl.8 \
	      $(DESTDIR)$(MAN_DIR)/man8/mod_cutover.8 \
	      $(DESTDIR)$(BASHCOMP_DIR)/cutoverctl
	@apache-conf/install.sh --remove "$(CONF_DIR)" "$(MODULE_DIR)" "$(DESTDIR)"

-include $(shell find $(BUILD)/obj -name '*.d' 2>/dev/null)
