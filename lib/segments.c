// SPDX-License-Identifier: GPL-2.0-only OR BSD-3-Clause
/* A resource dump as the chain of segments that it is. */
#include <errno.h>
#include <string.h>

#include "mlx5ctl.h"
#include "prm.h"
#include "prm-offsets.h"

#define HEAD PRM_SIZE(resource_dump_segment_header)

static int check_length(const struct mlx5ctl_segment *segment, size_t left,
			struct mlx5ctl_error *error)
{
	if (segment->length < HEAD)
		return mlx5ctl_fail(error, -EPROTO,
				    "The segment at byte %zu, of type 0x%x, says that it has no length: nothing can be found after it.",
				    segment->offset, segment->type);
	if (segment->length > left)
		return mlx5ctl_fail(error, -EPROTO,
				    "The segment at byte %zu, of type 0x%x, says that it has %u bytes, of which %zu are there.",
				    segment->offset, segment->type,
				    segment->length, left);
	return 0;
}

int mlx5ctl_next_segment(const void *dump, size_t len,
			 struct mlx5ctl_segment *segment,
			 struct mlx5ctl_error *error)
{
	struct mlx5ctl_segment next;
	const u8 *head;
	bool has_ended;
	size_t at;
	int ret;

	if (error)
		memset(error, 0, sizeof(*error));
	if (!segment || (!dump && len))
		return mlx5ctl_fail(error, -EINVAL,
				    "There is no dump, or no place for a segment.");
	at = segment->offset + segment->length;
	has_ended = segment->length &&
		    segment->type == MLX5CTL_SEGMENT_TERMINATE;
	if (has_ended && at < len)
		return mlx5ctl_fail(error, -EPROTO,
				    "The dump was terminated at byte %zu, and %zu bytes follow.",
				    at, len - at);
	if (has_ended)
		return 0;
	if (at > len || len - at < HEAD)
		return mlx5ctl_fail(error, -EPROTO,
				    "The dump ends at byte %zu without a segment that terminates it.",
				    len);
	head = (const u8 *)dump + at;
	next.offset = at;
	next.length = 4 * prm_value(head, HEAD,
				    PRM_AT(resource_dump_segment_header,
					   length_dw));
	next.type = prm_value(head, HEAD,
			      PRM_AT(resource_dump_segment_header,
				     segment_type));
	ret = check_length(&next, len - at, error);
	if (ret)
		return ret;
	*segment = next;
	return 1;
}
