#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only OR BSD-3-Clause
# What test scripts in shell say their results with, and a folder of their own.
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
count=0
status=0

# SENTENCE COMMAND...: what the command said is shown if it fails.
check()
{
	count=$((count + 1))
	sentence=$1
	shift
	if "$@" >"$scratch/why" 2>&1; then
		echo "ok $count - $sentence"
	else
		echo "not ok $count - $sentence"
		sed 's/^/# /' "$scratch/why"
		status=1
	fi
}

# SENTENCE WHY
skip()
{
	count=$((count + 1))
	echo "ok $count - $1 # SKIP $2"
}

end()
{
	echo "1..$count"
	exit $status
}
