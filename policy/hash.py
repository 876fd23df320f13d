# SPDX-License-Identifier: GPL-2.0-only OR BSD-3-Clause
"""Write the SHA-256 of the canonical listing into a C header."""
import hashlib
import pathlib
import sys

digest = hashlib.sha256(pathlib.Path(sys.argv[1]).read_bytes()).hexdigest()
pathlib.Path(sys.argv[2]).write_text(
    "/* Made by policy/hash.py: the SHA-256 of the canonical listing. */\n"
    f'#define POLICY_HASH "{digest}"\n')
