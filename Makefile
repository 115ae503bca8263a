# SPDX-License-Identifier: Apache-2.0
# mod_cutover: `make help` lists the targets.
.DEFAULT_GOAL := all
BUILD    ?= build
CXX      ?= g++
APXS     ?= $(firstword $(shell command -v apxs apxs2 2>/dev/null))
SANITIZE ?=

