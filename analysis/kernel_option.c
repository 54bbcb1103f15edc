// SPDX-License-Identifier: GPL-2.0-or-later
#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#include "analysis/kernel_option.h"
#include "base/alloc.h"

#define PREFIX "CONFIG_"

#define INVALIDATING(name, why) { name, DMAFP_OPTION_INVALIDATING, why, NULL, NULL, NULL }
#define UNLESS(name, why, idle, value, boot) \
	{ name, DMAFP_OPTION_INVALIDATING, why, idle, value, boot }
#define MUST_MATCH(name, why) { name, DMAFP_OPTION_MUST_MATCH, why, NULL, NULL, NULL }

/* Names of 6.1 to 6.18: one that a kernel does not have is "n" there, and equal */
const struct dmafp_option_rule dmafp_option_rules[] = {
	INVALIDATING("DMA_API_DEBUG", "every mapping is recorded and looked up under a lock"),
	INVALIDATING("KASAN", "memory accesses are checked against shadow memory"),
	INVALIDATING("KMSAN", "memory accesses are checked against shadow memory"),
	INVALIDATING("KCSAN", "memory accesses are delayed and watched"),
	UNLESS("KFENCE", "some allocations go to guarded pages", "KFENCE_SAMPLE_INTERVAL", "0",
	       "kfence.sample_interval"),
	INVALIDATING("UBSAN", "arithmetic and accesses are checked"),
	INVALIDATING("KCOV", "every basic block calls the coverage recorder"),
	INVALIDATING("GCOV_KERNEL", "every basic block counts its executions"),
	INVALIDATING("PROVE_LOCKING", "every lock is validated"),
	INVALIDATING("LOCK_STAT", "every lock takes time stamps"),
	INVALIDATING("DEBUG_LOCK_ALLOC", "every lock tells lockdep"),
	INVALIDATING("DEBUG_SPINLOCK", "every spinlock is checked"),
	INVALIDATING("DEBUG_MUTEXES", "every mutex is checked, and has no fast path"),
	INVALIDATING("DEBUG_ATOMIC_SLEEP", "might_sleep() checks, and preemption is counted"),
	INVALIDATING("PROVE_RCU", "every RCU dereference is checked"),
	INVALIDATING("DEBUG_PREEMPT", "per-CPU accesses and preemption counts are checked"),
	INVALIDATING("PREEMPT_TRACER", "every section without preemption is timed"),
	INVALIDATING("IRQSOFF_TRACER", "every section without interrupts is timed"),
	INVALIDATING("TRACE_IRQFLAGS", "switching interrupts off and on calls hooks"),
	INVALIDATING("DEBUG_SG", "every entry of a scatterlist is checked"),
	UNLESS("DEBUG_PAGEALLOC", "free pages are unmapped", "DEBUG_PAGEALLOC_ENABLE_DEFAULT",
	       "n", "debug_pagealloc"),
	UNLESS("PAGE_POISONING", "free pages are written and checked", NULL, NULL,
	       "page_poison"),
	INVALIDATING("SLUB_DEBUG_ON", "every slab object is checked"),
	INVALIDATING("DEBUG_OBJECTS", "the life of objects is tracked"),
	INVALIDATING("DEBUG_VIRTUAL", "every translation to a physical address is checked"),
	INVALIDATING("DEBUG_VM", "memory management is full of assertions"),
	UNLESS("DEBUG_KMEMLEAK", "every allocation is recorded", "DEBUG_KMEMLEAK_DEFAULT_OFF",
	       "y", "kmemleak"),
	INVALIDATING("FAULT_INJECTION", "allocations ask whether they should fail"),

	MUST_MATCH("KFENCE_SAMPLE_INTERVAL", "0 leaves KFENCE off"),
	MUST_MATCH("DEBUG_PAGEALLOC_ENABLE_DEFAULT", "n leaves DEBUG_PAGEALLOC off"),
	MUST_MATCH("DEBUG_KMEMLEAK_DEFAULT_OFF", "y leaves DEBUG_KMEMLEAK off"),
	MUST_MATCH("UBSAN_BOUNDS", "array accesses are checked"),
	MUST_MATCH("UBSAN_TRAP", "what a failed check costs in code"),

	MUST_MATCH("FUNCTION_TRACER", "every function begins with room for a call"),
	MUST_MATCH("DYNAMIC_FTRACE", "a NOP, or a call"),
	MUST_MATCH("DYNAMIC_FTRACE_WITH_CALL_OPS", "arm64: a pointer before every function"),

	MUST_MATCH("CFI_CLANG", "indirect calls check a hash"),
	MUST_MATCH("CFI", "indirect calls check a hash; from 6.18"),
	MUST_MATCH("X86_KERNEL_IBT", "ENDBR where indirect calls arrive"),
	MUST_MATCH("SHADOW_CALL_STACK", "return addresses are stored twice"),
	MUST_MATCH("ARM64_BTI_KERNEL", "BTI where indirect calls arrive"),
	MUST_MATCH("ARM64_PTR_AUTH_KERNEL", "return addresses are signed"),

	/* mitigations: the names up to 6.8, and those from 6.9 */
	MUST_MATCH("SPECULATION_MITIGATIONS", "all of them; up to 6.8"),
	MUST_MATCH("CPU_MITIGATIONS", "all of them"),
	MUST_MATCH("RETPOLINE", "indirect calls go through a thunk; up to 6.8"),
	MUST_MATCH("MITIGATION_RETPOLINE", "indirect calls go through a thunk"),
	MUST_MATCH("RETHUNK", "returns go through a thunk; up to 6.8"),
	MUST_MATCH("MITIGATION_RETHUNK", "returns go through a thunk"),
	MUST_MATCH("SLS", "INT3 behind returns and jumps; up to 6.8"),
	MUST_MATCH("MITIGATION_SLS", "INT3 behind returns and jumps"),
	MUST_MATCH("CPU_UNRET_ENTRY", "untrained returns; up to 6.8"),
	MUST_MATCH("MITIGATION_UNRET_ENTRY", "untrained returns"),
	MUST_MATCH("CPU_IBRS_ENTRY", "IBRS on kernel entry; up to 6.8"),
	MUST_MATCH("MITIGATION_IBRS_ENTRY", "IBRS on kernel entry"),
	MUST_MATCH("CPU_SRSO", "safe returns; up to 6.8"),
	MUST_MATCH("MITIGATION_SRSO", "safe returns"),
	MUST_MATCH("CALL_DEPTH_TRACKING", "calls are counted; 6.2 to 6.8"),
	MUST_MATCH("MITIGATION_CALL_DEPTH_TRACKING", "calls are counted"),
	MUST_MATCH("PAGE_TABLE_ISOLATION", "other page tables in user mode; up to 6.8"),
	MUST_MATCH("MITIGATION_PAGE_TABLE_ISOLATION", "other page tables in user mode"),
	MUST_MATCH("MITIGATION_SPECTRE_BHI", "branch history is cleared"),
	MUST_MATCH("MITIGATION_RFDS", "register files are cleared"),
	MUST_MATCH("MITIGATION_ITS", "indirect branches are moved to safe lines"),
	MUST_MATCH("MITIGATION_TSA", "buffers are cleared"),
	MUST_MATCH("UNMAP_KERNEL_AT_EL0", "arm64: other page tables in user mode"),
	MUST_MATCH("MITIGATE_SPECTRE_BRANCH_HISTORY", "arm64: branch history is cleared"),

	MUST_MATCH("PREEMPT_NONE", "which preemption, and what locks cost"),
	MUST_MATCH("PREEMPT_VOLUNTARY", "which preemption, and what locks cost"),
	MUST_MATCH("PREEMPT", "which preemption, and what locks cost"),
	MUST_MATCH("PREEMPT_LAZY", "which preemption, and what locks cost; from 6.13"),
	MUST_MATCH("PREEMPT_RT", "spinlocks are sleeping locks"),
	MUST_MATCH("PREEMPT_DYNAMIC", "preemption points are calls that boot decides"),
	MUST_MATCH("HZ", "how often the timer disturbs"),
	MUST_MATCH("NO_HZ_FULL", "what entering and leaving the kernel costs"),

	MUST_MATCH("LTO_CLANG", "functions are inlined across files"),
	MUST_MATCH("LTO_CLANG_THIN", "functions are inlined across files"),
	MUST_MATCH("AUTOFDO_CLANG", "laid out by a profile; from 6.13"),
	MUST_MATCH("PROPELLER_CLANG", "laid out by a profile; from 6.13"),
	MUST_MATCH("CC_OPTIMIZE_FOR_PERFORMANCE", "how it is compiled"),
	MUST_MATCH("CC_OPTIMIZE_FOR_SIZE", "how it is compiled"),
	MUST_MATCH("DEBUG_FORCE_FUNCTION_ALIGN_64B", "where functions begin"),
	MUST_MATCH("FUNCTION_ALIGNMENT", "where functions begin; from 6.2"),
	MUST_MATCH("FRAME_POINTER", "every function sets up a frame"),
	MUST_MATCH("JUMP_LABEL", "static keys are branches without it"),
	MUST_MATCH("SMP", "locks and atomics are real"),
	MUST_MATCH("PARAVIRT", "some instructions are calls"),

	MUST_MATCH("INIT_ON_ALLOC_DEFAULT_ON", "allocations are cleared"),
	MUST_MATCH("INIT_ON_FREE_DEFAULT_ON", "freed memory is cleared"),
	MUST_MATCH("INIT_STACK_ALL_ZERO", "variables on the stack are cleared"),
	MUST_MATCH("INIT_STACK_ALL_PATTERN", "variables on the stack are filled"),
	MUST_MATCH("GCC_PLUGIN_STACKLEAK", "the stack is cleared"),
	MUST_MATCH("ZERO_CALL_USED_REGS", "registers are cleared on return"),
	MUST_MATCH("STACKPROTECTOR", "functions check a canary"),
	MUST_MATCH("STACKPROTECTOR_STRONG", "more functions check a canary"),
	MUST_MATCH("RANDOMIZE_KSTACK_OFFSET_DEFAULT", "where the stack begins"),
	MUST_MATCH("FORTIFY_SOURCE", "copies are checked"),
	MUST_MATCH("HARDENED_USERCOPY", "copies are checked"),
	MUST_MATCH("DEBUG_LIST", "list operations are checked"),
	MUST_MATCH("LIST_HARDENED", "list operations are checked; from 6.6"),
	MUST_MATCH("RANDSTRUCT_NONE", "the layout of structures"),
	MUST_MATCH("RANDSTRUCT_FULL", "the layout of structures"),
	MUST_MATCH("RANDSTRUCT_PERFORMANCE", "the layout of structures"),

	MUST_MATCH("IOMMU_DEFAULT_DMA_STRICT", "when an IOTLB is flushed"),
	MUST_MATCH("IOMMU_DEFAULT_DMA_LAZY", "when an IOTLB is flushed"),
	MUST_MATCH("IOMMU_DEFAULT_PASSTHROUGH", "whether there is a translation"),
	MUST_MATCH("SWIOTLB_DYNAMIC", "looking up a bounce buffer; from 6.6"),
	{ 0 }
};

/* Reading */

static bool is_name(const char *line, const char *name)
{
	size_t len = strlen(name);

	return !strncmp(line, PREFIX, strlen(PREFIX)) &&
	       !strncmp(line + strlen(PREFIX), name, len) && line[strlen(PREFIX) + len] == '=';
}

char *dmafp_kernel_option_find(const char *config, const char *name)
{
	const char *line = config;
	size_t len;
	char *value;

	while (line && !is_name(line, name)) {
		line = strchr(line, '\n');
		line = line ? line + 1 : NULL;
	}
	if (!line)
		return dmafp_alloc_string("n");
	line = strchr(line, '=') + 1;
	line += *line == '"';
	len = strcspn(line, "\"\n");
	value = dmafp_alloc(len + 1, 1);
	memcpy(value, line, len);
	if (len)
		return value;
	free(value);
	return dmafp_alloc_string("n");
}

void dmafp_kernel_options_read(const char *config, struct dmafp_result *result)
{
	const struct dmafp_option_rule *rule;

	for (rule = dmafp_option_rules; rule->name; rule++) {
		struct dmafp_kernel_option *options = result->kernel.options, *option;

		options = dmafp_alloc_grow(options, result->kernel.nr_options, sizeof(*options));
		option = &options[result->kernel.nr_options++];
		option->name = dmafp_alloc_string(rule->name);
		option->value = dmafp_kernel_option_find(config, rule->name);
		result->kernel.options = options;
	}
}

const char *dmafp_kernel_option(const struct dmafp_result *result, const char *name)
{
	size_t i;

	for (i = 0; i < result->kernel.nr_options; i++)
		if (!strcmp(result->kernel.options[i].name, name))
			return result->kernel.options[i].value;
	return NULL;
}

/* Judging */

static bool has_parameter(const char *command_line, const char *name)
{
	size_t len = strlen(name);
	const char *at = command_line;

	while (at && (at = strstr(at, name))) {
		if ((at == command_line || isspace((unsigned char)at[-1])) && at[len] == '=')
			return true;
		at += len;
	}
	return false;
}

static bool is_idle(const struct dmafp_option_rule *rule, const struct dmafp_result *result)
{
	const char *value = rule->idle ? dmafp_kernel_option(result, rule->idle) : NULL;

	if (!rule->boot || has_parameter(result->kernel.command_line, rule->boot))
		return false;
	return !rule->idle || (value && !strcmp(value, rule->idle_value));
}

bool dmafp_kernel_option_invalidates(const struct dmafp_option_rule *rule,
				     const struct dmafp_result *result)
{
	const char *value = dmafp_kernel_option(result, rule->name);

	return rule->kind == DMAFP_OPTION_INVALIDATING && value && strcmp(value, "n") &&
	       !is_idle(rule, result);
}
