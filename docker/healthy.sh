#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# A container's health, without a client in the image: does PORT of this container answer, and with
# PATH: with 200?
set -euo pipefail

exec 3<>"/dev/tcp/127.0.0.1/$1"
[ $# -gt 1 ] || exit 0
printf 'GET %s HTTP/1.0\r\nHost: shop.example.com\r\n\r\n' "$2" >&3
read -r _ status _ <&3
[ "$status" = 200 ]
