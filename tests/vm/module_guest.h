/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What the module's tests share.  They run as PID 1 of a throw-away guest, see
 * module.sh.  Each test finds the module loaded, NVME and NIC bound to it and
 * no file open, and leaves it so.
 */
#ifndef MODULE_GUEST_H
#define MODULE_GUEST_H

#include <errno.h>
#include <stdbool.h>
#include <stddef.h>

#include "dmafp.h"

/* Where module.sh puts the functions */
#define NVME		  "0000:00:04.0"
#define NIC		  "0000:00:05.0"
#define BRIDGE		  "0000:00:06.0"

#define GUEST_CPUS	  2 /* at most */
#define GUEST_PAGE	  4096u

#define ARRAY_SIZE(array) (sizeof(array) / sizeof((array)[0]))

extern bool guest_exact;	/* under icount: a tick is an instruction */
extern bool guest_keyed;	/* the static key is on */
extern unsigned int guest_cpus; /* of this guest */

/* From the command line */
extern struct guest_options {
	unsigned long rounds; /* of what is to be done many times */
	unsigned long calls; /* random ones */
	unsigned long seed;
} guest_options;

extern bool guest_injects; /* allocations fail: the kernel tells of some */

bool guest_is_debug(void); /* a kernel that finds mistakes */

/* Count a check; say so if it is not true. */
#define check(what) guest_check(what, #what, __FILE__, __LINE__)
void guest_check(bool ok, const char *what, const char *file, int line);

/* Count a check of a call that is to fail with @want, or to succeed if it is 0. */
#define check_errno(call, want) \
	guest_check_errno((call) ? errno : 0, want, #call, __FILE__, __LINE__)
void guest_check_errno(int got, int want, const char *what, const char *file, int line);

/* One test; each group ends with a row of NULLs. */
struct guest_test {
	const char *name;
	void (*run)(void);
};

extern const struct guest_test abi_tests[];
extern const struct guest_test device_tests[];
extern const struct guest_test harness_tests[];
extern const struct guest_test measure_tests[];
extern const struct guest_test idle_tests[];
extern const struct guest_test race_tests[];
extern const struct guest_test stray_tests[];
extern const struct guest_test attach_tests[];
extern const struct guest_test fuzz_tests[];
extern const struct guest_test fail_tests[];
extern const struct guest_test unplug_tests[];
extern const struct guest_test driver_tests[];
extern const struct guest_test tally_tests[];
extern const struct guest_test traffic_tests[];
extern const struct guest_test newer_tests[];
extern const struct guest_test sampling_tests[];

/* sysfs: 0, or -1 and errno */
int guest_write(const char *path, const char *text);
int guest_set(const char *pci, const char *attribute, const char *value);
int guest_get(const char *pci, const char *attribute, char *value, size_t size);
int guest_bind(const char *pci);
int guest_unbind(const char *pci);
bool guest_is_bound(const char *pci);

/* the module: 0, or -1 and errno */
int guest_load(void);
int guest_load_file(const char *path);
int guest_load_with(const char *parameters);
int guest_unload(void);

/* The node, with a device selected unless NULL; failures are failed checks. */
int guest_open(const char *pci);
int guest_select(int fd, const char *pci, struct dmafp_device *facts);
void guest_address(const char *pci, struct dmafp_device *arg);

/* A cell of an op that is there. */
struct dmafp_cell guest_cell(const char *op, __u32 direction, __u64 bytes);

/* What a run leaves, worker by worker and phase by phase. */
struct guest_results {
	struct dmafp_summary summaries[GUEST_CPUS][DMAFP_NR_PHASES];
	__u64 buckets[GUEST_CPUS][DMAFP_NR_PHASES][DMAFP_HIST_BUCKETS];
};

/* A run on CPUs 0 to @nr_threads - 1. */
int guest_run(int fd, struct dmafp_cell cell, __u32 nr_threads, __u64 iterations,
	      struct guest_results *results);

/* In a child: 0 if @body returned 0, else what it returned, or -1 for a signal. */
int guest_in_child(int (*body)(int fd), int fd);

#endif /* MODULE_GUEST_H */
