/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The mutex of a device's IOMMU group.
 *
 * The group's structure is private to drivers/iommu/iommu.c, and so is where in
 * it the mutex lies.  But it is one allocation: a mutex whose address is within
 * is the group's.  And a mutex that is held holds its owner's address, which
 * nothing else in that structure does.
 */
#ifndef DMAFP_GROUP_LOCK_H
#define DMAFP_GROUP_LOCK_H

#include <linux/kprobes.h>
#include <linux/types.h>

struct device;
struct dmafp_record_log;

/**
 * struct dmafp_group_lock - the mutexes within a group's structure
 * @begin: address of the structure
 * @bytes: size of its allocation
 * @log: where locks and unlocks are recorded, or NULL
 * @lock: on mutex_lock(); only with @log
 * @unlock: on mutex_unlock(); only with @log
 */
struct dmafp_group_lock {
	unsigned long begin;
	size_t bytes;
	struct dmafp_record_log *log;
	struct kprobe lock;
	struct kprobe unlock;
};

/**
 * dmafp_group_lock_init() - find a group, begin to record
 * @gl: the group's mutexes
 * @dev: a device of the group, held until dmafp_group_lock_exit()
 * @log: where to record locks and unlocks; NULL: not at all
 *
 * With @log all calls of mutex_lock() and mutex_unlock() in the kernel are
 * probed, and those of other mutexes passed over.
 *
 * Return: 0, or what register_kprobe() says.
 */
int dmafp_group_lock_init(struct dmafp_group_lock *gl, struct device *dev,
			  struct dmafp_record_log *log);

/**
 * dmafp_group_lock_held() - does this thread hold a mutex of the group?
 * @gl: the group's mutexes
 *
 * May be called by a probe's handler.
 *
 * Return: true if so.
 */
bool dmafp_group_lock_held(const struct dmafp_group_lock *gl);

/**
 * dmafp_group_lock_missed() - did a lock or unlock escape the records?
 * @gl: the group's mutexes
 *
 * Return: true if so.
 */
bool dmafp_group_lock_missed(const struct dmafp_group_lock *gl);

/**
 * dmafp_group_lock_exit() - end to record
 * @gl: the group's mutexes
 */
void dmafp_group_lock_exit(struct dmafp_group_lock *gl);

#endif /* DMAFP_GROUP_LOCK_H */
