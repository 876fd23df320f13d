# SPDX-License-Identifier: GPL-2.0-only OR BSD-3-Clause
"""What every test script in Python says its results with."""
import sys


class Tap:
    def __init__(self):
        self.count = self.failed = 0

    def ok(self, good, sentence, why=""):
        self.count += 1
        self.failed += not good
        print(f"{'' if good else 'not '}ok {self.count} - {sentence}")
        for line in [] if good else str(why).splitlines():
            print(f"# {line}")
        sys.stdout.flush()
        return good

    def skip(self, sentence, why):
        self.count += 1
        print(f"ok {self.count} - {sentence} # SKIP {why}", flush=True)

    def end(self):
        print(f"1..{self.count}")
        return 1 if self.failed or not self.count else 0
