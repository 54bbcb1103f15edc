// SPDX-License-Identifier: GPL-2.0-or-later
/* What the kernel's log says: faults, and the call that must not sleep. */
#include <fcntl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

#include "base/klog.h"
#include "run/fault.h"

/* As of Linux 6.12 with CONFIG_DEBUG_ATOMIC_SLEEP */
static const char sleeping[] =
	"<6>pci 0000:00:04.0: Adding to iommu group 2\n"
	"<3>BUG: sleeping function called from invalid context at kernel/locking/mutex.c:587\n"
	"<3>in_atomic(): 1, irqs_disabled(): 0, non_block: 0, pid: 1, name: init\n"
	"<4>Call Trace:\n"
	"<4> <TASK>\n"
	"<4> dump_stack_lvl+0x60/0x80\n"
	"<4> __might_resched+0x1a0/0x230\n"
	"<4> ? old_leftover+0x1/0x2\n"
	"<4> __mutex_lock+0x90/0x9a0\n"
	"<4> iommu_deferred_attach+0x2f/0x70\n"
	"<4> dmafp_map_page+0x10/0x20 [dmafp]\n"
	"<4> </TASK>\n"
	"<4> after_the_end+0x1/0x2\n";

static void expect_lines(const char *log, const char *want)
{
	char *lines = dmafp_fault_lines(log);

	if (want)
		assert_string_equal(lines, want);
	else
		assert_null(lines);
	free(lines);
}

static void finds_faults(void **state)
{
	(void)state;
	expect_lines("", "");
	expect_lines("<6>pci 0000:00:04.0: BAR 0 assigned\n<4>a mere warning\n", "");
	expect_lines("<4>WARNING: CPU: 1 PID: 1 at a.c:1 f+0x1/0x2\n<6>fine\n",
		     "WARNING: CPU: 1 PID: 1 at a.c:1 f+0x1/0x2\n");
	/* an error is one whatever its words, and a fault whatever its level */
	expect_lines("<3>something broke\n<6>DMAR: [DMA Read] fault\n",
		     "something broke\nDMAR: [DMA Read] fault\n");
	expect_lines("no level, but a BUG: here\n", "no level, but a BUG: here\n");
	expect_lines(NULL, NULL);
}

static void names_the_sleeping_call(void **state)
{
	char *place, *stack;

	(void)state;
	assert_true(dmafp_fault_sleeping(sleeping, &place, &stack));
	assert_string_equal(place, "kernel/locking/mutex.c:587");
	assert_string_equal(stack, "__mutex_lock+0x90/0x9a0 < "
				   "iommu_deferred_attach+0x2f/0x70 < "
				   "dmafp_map_page+0x10/0x20 [dmafp]");
	free(place);
	free(stack);
}

static void names_none(void **state)
{
	static const char bare[] =
		"<3>BUG: sleeping function called from invalid context at a.c:1";
	char *place, *stack;

	(void)state;
	assert_false(dmafp_fault_sleeping("<3>BUG: scheduling while atomic\n", &place, &stack));
	assert_null(place);
	assert_false(dmafp_fault_sleeping(NULL, &place, &stack));
	assert_true(dmafp_fault_sleeping(bare, &place, &stack));
	assert_string_equal(place, "a.c:1");
	assert_null(stack);
	free(place);
}

/* A FIFO gives what is written at once as one record, like /dev/kmsg. */
static void reads_records(void **state)
{
	char dir[] = "/tmp/dmafp-klog-XXXXXX", path[64], *text;
	struct dmafp_klog *klog;
	int fd;

	(void)state;
	assert_non_null(mkdtemp(dir));
	snprintf(path, sizeof(path), "%s/kmsg", dir);
	assert_int_equal(mkfifo(path, 0600), 0);
	klog = dmafp_klog_open(path);
	assert_non_null(klog);
	fd = open(path, O_WRONLY);
	/* 30 is facility 3, level 6; what follows the text is no text */
	assert_true(dprintf(fd, "30,1,2,-;first; of all\n SUBSYSTEM=pci\n") > 0);
	text = dmafp_klog_take(klog);
	assert_string_equal(text, "<6>first; of all\n");
	free(text);
	text = dmafp_klog_take(klog);
	assert_string_equal(text, "");
	free(text);
	close(fd);
	dmafp_klog_close(klog);
	unlink(path);
	rmdir(dir);
	assert_null(dmafp_klog_open(path));
	assert_null(dmafp_klog_take(NULL));
	dmafp_klog_close(NULL);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(finds_faults),
		cmocka_unit_test(names_the_sleeping_call),
		cmocka_unit_test(names_none),
		cmocka_unit_test(reads_records),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
