// SPDX-License-Identifier: GPL-2.0-only OR BSD-3-Clause
/*
 * The system call: uapi/mlx5ctl.h says what each number means. A row of the
 * table is a number, and what is copied; one function does all the copying,
 * for both faces. What is in user memory is read once.
 */
#include <linux/fs.h>
#include <linux/slab.h>
#include <linux/uaccess.h>

#include "compat/compat.h"
#include "mctl.h"
#include "policy-hash.h"
#include "prm-offsets.h"

/* What the caller holds now: asking is not using, so nothing is logged. */
static u32 held_by_caller(void)
{
	static const int asked[] = { CAP_NET_RAW, CAP_SYS_RAWIO, CAP_SYS_ADMIN };
	u32 held = 0;

	for (u32 i = 0; i < ARRAY_SIZE(asked); i++)
		if (ns_capable_noaudit(&init_user_ns, asked[i]))
			held |= BIT(asked[i]);
	return held;
}

static int info(struct mctl_session *session, void *argument)
{
	int ret = mctl_session_introduce(session);

	*(struct mlx5ctl_info *)argument = (struct mlx5ctl_info){
		.uctx_uid = READ_ONCE(session->uid),
		.uctx_cap = session->function->uctx_cap & MCTL_UCTX_CAP,
		.dev_uctx_cap = session->function->uctx_cap,
		.ucap = held_by_caller(),
	};
	return ret;
}

static bool is_length(u32 length)
{
	return length >= MLX5CTL_MIN_BYTES && length <= MLX5CTL_MAX_BYTES;
}

int mctl_command(struct mctl_session *session, u64 in, u32 in_len, u64 out,
		 u32 out_len, u32 label_classes)
{
	struct mctl_request *request = mctl_request_new(session, in_len,
							out_len);
	int ret = -EFAULT;

	if (!request)
		return -ENOMEM;
	if (copy_from_user(request->in, u64_to_user_ptr(in), in_len))
		goto put;
	request->label_classes = label_classes;
	ret = mctl_request_run(request);
	if (ret)
		goto put;
	/* What was executed is told, even where its dump cannot be written. */
	ret = mctl_memory_show(request);
	if (copy_to_user(u64_to_user_ptr(out), request->out, out_len))
		ret = -EFAULT;
put:
	mctl_request_put(request);
	return ret;
}

static int cmdrpc(struct mctl_session *session, void *argument)
{
	const struct mlx5ctl_cmdrpc *rpc = argument;

	if (!is_length(rpc->inlen) || !is_length(rpc->outlen))
		return -EINVAL;
	return mctl_command(session, rpc->in, rpc->inlen, rpc->out, rpc->outlen,
			    POLICY_ALL_CLASSES);
}

static int umem_reg(struct mctl_session *session, void *argument)
{
	struct mlx5ctl_umem_reg *reg = argument;

	if (reg->reserved)
		return -EOPNOTSUPP;
	return mctl_memory_register(session, reg->addr, reg->len,
				    &reg->umem_id);
}

static int umem_unreg(struct mctl_session *session, void *argument)
{
	const struct mlx5ctl_umem_unreg *unreg = argument;

	if (unreg->reserved)
		return -EOPNOTSUPP;
	return mctl_memory_unregister(session, unreg->umem_id);
}

static u32 capabilities_of(u32 policy)
{
	return (policy & POLICY_CAP_SYS_ADMIN ? BIT(CAP_SYS_ADMIN) : 0) |
	       (policy & POLICY_CAP_SYS_RAWIO ? BIT(CAP_SYS_RAWIO) : 0);
}

static void tell_rule(struct mlx5ctl_explain *explain,
		      const struct policy_verdict *verdict)
{
	const struct policy_rule *rule = verdict->rule;
	const struct policy_table *table;

	if (!rule)
		return;
	table = policy_table_of(rule);
	explain->key = rule->key;
	if (table)
		strscpy(explain->table, table->name, sizeof(explain->table));
	strscpy(explain->rule, rule->name, sizeof(explain->rule));
	strscpy(explain->why, rule->why, sizeof(explain->why));
	if (rule->owner)
		strscpy(explain->owner, rule->owner, sizeof(explain->owner));
	if (verdict->check)
		strscpy(explain->field, verdict->check->name,
			sizeof(explain->field));
	if (!explain->class_bit && !rule->next)
		explain->class_bit = rule->class;
}

static void tell(struct mlx5ctl_explain *explain,
		 const struct policy_match *match,
		 const struct policy_verdict *verdict)
{
	memset_startat(explain, 0, reason);
	explain->reason = verdict->reason;
	explain->class_bit = match->class;
	explain->capabilities = capabilities_of(match->capabilities);
	explain->lockdown = match->closed_at;
	explain->taints = match->taints;
	explain->byte = verdict->byte;
	explain->bit = verdict->bit;
	tell_rule(explain, verdict);
}

static int explain(struct mctl_session *session, void *argument)
{
	struct mlx5ctl_explain *question = argument;
	struct mctl_request request = {
		.session = session,
		.in_len = question->inlen,
		.out_len = question->outlen,
		.label_classes = POLICY_ALL_CLASSES,
	};
	struct policy_verdict verdict;

	if (question->reserved)
		return -EOPNOTSUPP;
	if (question->inlen > MLX5CTL_MAX_BYTES)
		return -EINVAL;
	if (question->label < policy_n_labels)
		request.label_classes = policy_labels[question->label].classes;
	else if (question->label != MLX5CTL_NO_LABEL)
		return -EINVAL;
	request.in = vmemdup_user(u64_to_user_ptr(question->in),
				  question->inlen);
	if (IS_ERR(request.in))
		return PTR_ERR(request.in);
	verdict = mctl_explain(&request);
	kvfree(request.in);
	tell(question, &request.match, &verdict);
	return 0;
}

struct page_of_text {
	u8 __user *to;
	u32 offset;		/* that the page begins at */
	u32 size;
	u32 at;			/* bytes that were listed so far */
	u32 written;
	bool is_bad;
};

static void emit(void *context, const char *text)
{
	struct page_of_text *page = context;
	u32 length = strlen(text);
	u32 skip = page->at < page->offset ?
		   min(page->offset - page->at, length) : 0;
	u32 here = min(length - skip, page->size - page->written);

	page->at += length;
	if (page->is_bad || !here)
		return;
	if (copy_to_user(page->to + page->written, text + skip, here))
		page->is_bad = true;
	page->written += here;
}

static int rules(struct mctl_session *session, void *argument)
{
	struct mlx5ctl_rules *rules = argument;
	struct page_of_text page = {
		.to = u64_to_user_ptr(rules->text),
		.offset = rules->offset,
		.size = rules->size,
	};

	if (rules->reserved)
		return -EOPNOTSUPP;
	policy_list(emit, &page);
	rules->size = page.written;
	rules->total = page.at;
	if (page.is_bad)
		return -EFAULT;
	return hex2bin(rules->hash, POLICY_HASH, sizeof(rules->hash));
}

static int narrow(struct mctl_session *session, void *argument)
{
	struct mlx5ctl_narrow *narrow = argument;

	if (narrow->reserved)
		return -EOPNOTSUPP;
	if (narrow->classes & ~MLX5CTL_CLASSES)
		return -EINVAL;
	guard(mutex)(&session->lock);
	session->classes &= narrow->classes;
	narrow->classes = session->classes;
	return 0;
}

/* A number without a size has it in the structure, and that may grow. */
long mctl_call(const struct mctl_call *call, struct file *file,
	       unsigned int number, unsigned long address)
{
	void __user *user = (void __user *)address;
	struct mctl_session *session = file->private_data;
	u64 argument[64] = { };
	u32 known, size;
	int ret = 0;

	while (call->handle && call->number != number)
		call++;
	if (!call->handle)
		return -ENOTTY;
	known = call->size ?: _IOC_SIZE(number);
	size = known;
	if (call->size && get_user(size, (u32 __user *)user))
		return -EFAULT;
	if (size < known || WARN_ON(known > sizeof(argument)))
		return -EINVAL;
	if (_IOC_DIR(number) != _IOC_READ)
		ret = copy_struct_from_user(argument, known, user, size);
	if (!ret)
		ret = mctl_function_gate(session->function);
	if (!ret)
		ret = call->handle(session, argument);
	if (!ret && copy_to_user(user, argument, known))
		ret = -EFAULT;
	return ret;
}

const struct mctl_call mctl_calls[] = {
	{ MLX5CTL_IOCTL_INFO, info },
	{ MLX5CTL_IOCTL_CMDRPC, cmdrpc },
	{ MLX5CTL_IOCTL_UMEM_REG, umem_reg },
	{ MLX5CTL_IOCTL_UMEM_UNREG, umem_unreg },
	{ MLX5CTL_IOCTL_EXPLAIN, explain },
	{ MLX5CTL_IOCTL_RULES, rules },
	{ MLX5CTL_IOCTL_NARROW, narrow },
	{ }
};
