/* SPDX-License-Identifier: GPL-2.0-only OR BSD-3-Clause */
/* What reading and writing of registers share. */
#ifndef CLI_REGISTER_H
#define CLI_REGISTER_H

#include "names.h"

#define MOST_REGISTER_BYTES 3100	/* what ACCESS_REG carries */

/*
 * After the device refused: it cannot say that the index is wrong, so who
 * forgot it (or gave another: `given`) is told.
 */
void hint_index(struct invocation *invocation, const struct named *named,
		bool given);

#endif
