// SPDX-License-Identifier: GPL-2.0-only
#include <linux/compiler.h>
#include <linux/irqflags.h>
#include <linux/kernel.h>
#include <linux/kprobes.h>
#include <linux/preempt.h>
#include <linux/ptrace.h>
#include <linux/rcupdate.h>
#include "context.h"
#include "probe.h"
#include "uapi/dmafp.h"

/**
 * struct dmafp_context_sample - one try of a probe
 * @enter: on the function of our own
 * @beside: keeps it from being turned into a jump
 * @seen: it was hit
 * @count: preemption count in the handler
 * @added: what it is taken to add
 * @flags: dmafp_context_flags()
 */
struct dmafp_context_sample {
	struct kretprobe enter;
	struct kprobe beside;
	bool seen;
	int count;
	int added;
	u32 flags;
};

/* Two functions to be probed: ftrace has its hands on only one of them. */
static noinline void dmafp_context_traced(void)
{
	asm volatile("" : : : "memory");
}

static noinline notrace void dmafp_context_untraced(void)
{
	asm volatile("" : : : "memory");
}

static bool dmafp_context_irqs_off(const struct pt_regs *regs)
{
#if defined(CONFIG_X86_64)
	return !(regs->flags & X86_EFLAGS_IF);
#elif defined(CONFIG_ARM64)
	return (regs->pstate & PSR_I_BIT) || !irqs_priority_unmasked(regs);
#endif
}
NOKPROBE_SYMBOL(dmafp_context_irqs_off);

/* The same that makes might_sleep() complain, and what interrupt it is. */
u32 dmafp_context_flags(const struct pt_regs *regs, int added)
{
	int count = preempt_count() - added;
	u32 flags = 0;

	if (count & (NMI_MASK | HARDIRQ_MASK | SOFTIRQ_OFFSET))
		flags |= DMAFP_WATCH_INTERRUPT;
	if ((count & (PREEMPT_MASK | SOFTIRQ_MASK)) || rcu_preempt_depth())
		flags |= DMAFP_WATCH_PREEMPT_OFF;
	if (dmafp_context_irqs_off(regs))
		flags |= DMAFP_WATCH_IRQS_OFF;
	return flags;
}
NOKPROBE_SYMBOL(dmafp_context_flags);

static int dmafp_context_on_enter(struct kretprobe_instance *ri,
				  struct pt_regs *regs)
{
	struct kretprobe *rp = get_kretprobe(ri);
	struct dmafp_context_sample *s;

	if (rp) {
		s = container_of(rp, struct dmafp_context_sample, enter);
		s->count = preempt_count();
		s->flags = dmafp_context_flags(regs, s->added);
		s->seen = true;
	}
	return 1;
}
NOKPROBE_SYMBOL(dmafp_context_on_enter);

static int dmafp_context_probe(struct dmafp_context_sample *s,
			       void (*function)(void))
{
	int err;

	s->beside.addr = (kprobe_opcode_t *)function;
	s->beside.post_handler = dmafp_probe_no_jump;
	err = register_kprobe(&s->beside);
	if (err)
		return err;
	s->enter.kp.addr = (kprobe_opcode_t *)function;
	s->enter.entry_handler = dmafp_context_on_enter;
	err = register_kretprobe(&s->enter);
	if (err)
		unregister_kprobe(&s->beside);
	return err;
}

static bool dmafp_context_same_kind(const struct kprobe *a,
				    const struct kprobe *b)
{
	return !((a->flags ^ b->flags) & KPROBE_FLAG_FTRACE);
}

/* First in a context that allows everything, then in one that does not. */
static bool dmafp_context_try(struct dmafp_context_sample *s,
			      void (*function)(void))
{
	u32 strict = DMAFP_WATCH_IRQS_OFF;
	unsigned long flags;

	if (IS_ENABLED(CONFIG_PREEMPT_COUNT))
		strict |= DMAFP_WATCH_PREEMPT_OFF;

	function();
	s->added = s->count - preempt_count();
	function();
	if (!s->seen || s->flags)
		return false;

	preempt_disable();
	local_irq_save(flags);
	function();
	local_irq_restore(flags);
	preempt_enable();
	return s->flags == strict;
}

static int dmafp_context_measure_on(void (*function)(void),
				    const struct kprobe *like, int *added)
{
	struct dmafp_context_sample s = { };
	int err;

	err = dmafp_context_probe(&s, function);
	if (err)
		return err == -ENOMEM ? err : -EOPNOTSUPP;
	if (!dmafp_context_same_kind(&s.enter.kp, like) ||
	    !dmafp_context_try(&s, function))
		err = -EOPNOTSUPP;
	unregister_kretprobe(&s.enter);
	unregister_kprobe(&s.beside);
	*added = s.added;
	return err;
}

int dmafp_context_measure(const struct kprobe *like, int *added)
{
	int err;

	err = dmafp_context_measure_on(dmafp_context_traced, like, added);
	if (err == -EOPNOTSUPP)
		err = dmafp_context_measure_on(dmafp_context_untraced, like,
					       added);
	return err;
}
