/* SPDX-License-Identifier: GPL-2.0-only OR BSD-3-Clause */
/* What the bytes of a capability type mean; none of it is exported. */
#ifndef MLX5CTL_CAPABILITIES_H
#define MLX5CTL_CAPABILITIES_H

#include "prm.h"

/* NULL for a type that the vocabulary does not have. */
const struct prm_layout *capability_layout(u16 type);

#endif
