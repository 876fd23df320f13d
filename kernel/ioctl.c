// SPDX-License-Identifier: GPL-2.0-only OR BSD-3-Clause
/*
 * The system call: uapi/mlx5ctl.h says what each number means. A row of the
 * table is a number, and what is copied; one function does all the copying.
 * What is in user memory is read once.
 */
#include <linux/capability.h>
#include <linux/fs.h>
#include <linux/slab.h>
#include <linux/uaccess.h>
#include <linux/user_namespace.h>

#include "compat/compat.h"
#include "mctl.h"
#include "policy-hash.h"

union argument {
	struct mlx5ctl_info info;
	struct mlx5ctl_cmdrpc cmdrpc;
	struct mlx5ctl_umem_reg umem_reg;
	struct mlx5ctl_umem_unreg umem_unreg;
	struct mlx5ctl_explain explain;
	struct mlx5ctl_rules rules;
	struct mlx5ctl_narrow narrow;
};

/* What the caller holds now: asking is not using, so nothing is logged. */
static u32 held_by_caller(void)
{
	static const int asked[] = { CAP_NET_RAW, CAP_SYS_RAWIO, CAP_SYS_ADMIN };
	u32 held = 0;

	for (u32 i = 0; i < ARRAY_SIZE(asked); i++)
		if (ns_capable_noaudit(&init_user_ns, asked[i]))
			held |= 1u << asked[i];
	return held;
}

static int info(struct mctl_session *session, union argument *argument)
{
	int ret = mctl_session_introduce(session);

	argument->info = (struct mlx5ctl_info){
		.uctx_uid = READ_ONCE(session->uid),
		.uctx_cap = mctl_session_uctx_cap(session),
		.dev_uctx_cap = session->function->uctx_cap,
		.ucap = held_by_caller(),
	};
	return ret;
}

static bool is_length(u32 length)
{
	return length >= MLX5CTL_MIN_BYTES && length <= MLX5CTL_MAX_BYTES;
}

/* What was executed is told, even where its dump cannot be written. */
static int answer(const struct mctl_request *request, u64 out)
{
	int ret = mctl_memory_show(request);

	if (copy_to_user(u64_to_user_ptr(out), request->out, request->out_len))
		return -EFAULT;
	return ret;
}

static int cmdrpc(struct mctl_session *session, union argument *argument)
{
	const struct mlx5ctl_cmdrpc *rpc = &argument->cmdrpc;
	struct mctl_request *request;
	int ret = -EFAULT;

	if (!is_length(rpc->inlen) || !is_length(rpc->outlen))
		return -EINVAL;
	request = mctl_request_new(session, rpc->inlen, rpc->outlen);
	if (!request)
		return -ENOMEM;
	if (!copy_from_user(request->in, u64_to_user_ptr(rpc->in), rpc->inlen))
		ret = mctl_request_run(request, POLICY_ALL_CLASSES);
	if (!ret)
		ret = answer(request, rpc->out);
	mctl_request_put(request);
	return ret;
}

/* Whoever may not dump may not have memory for it. */
static int umem_reg(struct mctl_session *session, union argument *argument)
{
	struct mlx5ctl_umem_reg *reg = &argument->umem_reg;
	struct mctl_function *function = session->function;

	if (reg->reserved)
		return -EOPNOTSUPP;
	if (!(READ_ONCE(session->classes) & READ_ONCE(function->classes) &
	      POLICY_DEBUG_READ))
		return mctl_refuse(function, POLICY_NARROWED);
	if (!capable(CAP_SYS_ADMIN))
		return mctl_refuse(function, POLICY_CAPABILITY);
	return mctl_memory_register(session, reg->addr, reg->len,
				    &reg->umem_id);
}

static int umem_unreg(struct mctl_session *session, union argument *argument)
{
	if (argument->umem_unreg.reserved)
		return -EOPNOTSUPP;
	return mctl_memory_unregister(session, argument->umem_unreg.umem_id);
}

static u32 capabilities_of(u32 policy)
{
	return (policy & POLICY_CAP_SYS_ADMIN ? 1u << CAP_SYS_ADMIN : 0) |
	       (policy & POLICY_CAP_SYS_RAWIO ? 1u << CAP_SYS_RAWIO : 0);
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
	if (!explain->class && !rule->next)
		explain->class = rule->class;
}

static void tell(struct mlx5ctl_explain *explain,
		 const struct policy_match *match,
		 const struct policy_verdict *verdict)
{
	memset_startat(explain, 0, reason);
	explain->reason = verdict->reason;
	explain->class = match->class;
	explain->capabilities = capabilities_of(match->capabilities);
	explain->lockdown = match->closed_at;
	explain->taints = match->taints;
	explain->byte = verdict->byte;
	explain->bit = verdict->bit;
	tell_rule(explain, verdict);
}

static int explain(struct mctl_session *session, union argument *argument)
{
	struct mlx5ctl_explain *question = &argument->explain;
	struct policy_match match;
	struct policy_verdict verdict;
	u32 classes = POLICY_ALL_CLASSES;
	void *in;

	if (question->reserved)
		return -EOPNOTSUPP;
	if (question->inlen > MLX5CTL_MAX_BYTES)
		return -EINVAL;
	if (question->label < policy_n_labels)
		classes = policy_labels[question->label].classes;
	else if (question->label != MLX5CTL_NO_LABEL)
		return -EINVAL;
	in = vmemdup_user(u64_to_user_ptr(question->in), question->inlen);
	if (IS_ERR(in))
		return PTR_ERR(in);
	verdict = mctl_explain(session, in, question->inlen, question->outlen,
			       classes, &match);
	kvfree(in);
	tell(question, &match, &verdict);
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

static int rules(struct mctl_session *session, union argument *argument)
{
	struct mlx5ctl_rules *rules = &argument->rules;
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

static int narrow(struct mctl_session *session, union argument *argument)
{
	struct mlx5ctl_narrow *narrow = &argument->narrow;

	if (narrow->reserved)
		return -EOPNOTSUPP;
	if (narrow->classes & ~MLX5CTL_CLASSES)
		return -EINVAL;
	mutex_lock(&session->lock);
	session->classes &= narrow->classes;
	narrow->classes = session->classes;
	mutex_unlock(&session->lock);
	return 0;
}

static const struct {
	unsigned int number;
	int (*handle)(struct mctl_session *session, union argument *argument);
} table[] = {
	{ MLX5CTL_IOCTL_INFO, info },
	{ MLX5CTL_IOCTL_CMDRPC, cmdrpc },
	{ MLX5CTL_IOCTL_UMEM_REG, umem_reg },
	{ MLX5CTL_IOCTL_UMEM_UNREG, umem_unreg },
	{ MLX5CTL_IOCTL_EXPLAIN, explain },
	{ MLX5CTL_IOCTL_RULES, rules },
	{ MLX5CTL_IOCTL_NARROW, narrow },
};

long mctl_ioctl(struct file *file, unsigned int number, unsigned long address)
{
	void __user *user = (void __user *)address;
	u32 size = _IOC_SIZE(number);
	union argument argument = { };
	u32 i = 0;
	int ret;

	while (i < ARRAY_SIZE(table) && table[i].number != number)
		i++;
	if (i == ARRAY_SIZE(table))
		return -ENOTTY;
	if (_IOC_DIR(number) & _IOC_WRITE &&
	    copy_from_user(&argument, user, size))
		return -EFAULT;
	ret = table[i].handle(file->private_data, &argument);
	if (ret)
		return ret;
	return copy_to_user(user, &argument, size) ? -EFAULT : 0;
}
