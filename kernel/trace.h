/* SPDX-License-Identifier: GPL-2.0-only OR BSD-3-Clause */
/* The trace point of commands: once with the verdict, once with the end. */
#undef TRACE_SYSTEM
#define TRACE_SYSTEM mlx5ctl

#if !defined(MCTL_TRACE_H) || defined(TRACE_HEADER_MULTI_READ)
#define MCTL_TRACE_H

#include <linux/tracepoint.h>

#include "mctl.h"
#include "prm-offsets.h"

DECLARE_EVENT_CLASS(mlx5ctl_command,
		    TP_PROTO(const struct mctl_request *request, const char *what,
			     const char *rule, int result),
		    TP_ARGS(request, what, rule, result),
		    TP_STRUCT__entry(
			__array(char, node, 48)
			__array(char, what, 24)
			__array(char, rule, 48)
			__field(u16, opcode)
			__field(u16, op_mod)
			__field(u16, register_id)
			__field(u16, uid)
			__field(u32, in_len)
			__field(u32, out_len)
			__field(u8, status)
			__field(u32, syndrome)
			__field(int, result)
		    ),
		    TP_fast_assign(
			strscpy(__entry->node, request->session->function->name, 48);
			strscpy(__entry->what, what, 24);
			strscpy(__entry->rule, rule, 48);
			__entry->opcode = mctl_in(request, PRM_AT(access_reg_in, opcode));
			__entry->op_mod = mctl_in(request, PRM_AT(access_reg_in, op_mod));
			__entry->register_id = policy_register_of(request->in, request->in_len);
			__entry->uid = READ_ONCE(request->session->uid);
			__entry->in_len = request->in_len;
			__entry->out_len = request->out_len;
			__entry->status = mctl_out(request, PRM_AT(access_reg_out, status));
			__entry->syndrome = mctl_out(request, PRM_AT(access_reg_out, syndrome));
			__entry->result = result;
		    ),
		    TP_printk("%s %s opcode=0x%x op_mod=0x%x register=0x%x uid=%u in=%u out=%u rule=\"%s\" status=0x%x syndrome=0x%x result=%d",
			      __entry->node, __entry->what, __entry->opcode,
			      __entry->op_mod, __entry->register_id, __entry->uid,
			      __entry->in_len, __entry->out_len, __entry->rule,
			      __entry->status, __entry->syndrome, __entry->result)
);

#define MCTL_EVENT(name)						\
DEFINE_EVENT(mlx5ctl_command, name,					\
	     TP_PROTO(const struct mctl_request *request, const char *what, \
		      const char *rule, int result),			\
	     TP_ARGS(request, what, rule, result))

MCTL_EVENT(mlx5ctl_verdict);
MCTL_EVENT(mlx5ctl_end);

#endif

#undef TRACE_INCLUDE_PATH
#undef TRACE_INCLUDE_FILE
#define TRACE_INCLUDE_PATH kernel
#define TRACE_INCLUDE_FILE trace
#include <trace/define_trace.h>
