// SPDX-License-Identifier: GPL-2.0-only
#include <linux/init.h>
#include <linux/module.h>
#include <linux/moduleparam.h>
#include "device.h"
#include "session.h"
#include "symbol.h"
#include "tally.h"
#include "version.h"
#include "watch.h"

static bool dmafp_main_watch;
module_param_named(watch, dmafp_main_watch, bool, 0444);
MODULE_PARM_DESC(watch, "watch how drivers enter deferred attaches from now on");

static int __init dmafp_init(void)
{
	int err;

	dmafp_symbol_init();

	err = dmafp_main_watch ? dmafp_watch_start() : 0;
	if (err)
		goto err_watch;

	err = dmafp_device_init();
	if (err)
		goto err_device;

	err = dmafp_session_init();
	if (err)
		goto err_session;

	return 0;

err_session:
	dmafp_device_exit();
err_device:
	dmafp_watch_exit();
err_watch:
	return err;
}

static void __exit dmafp_exit(void)
{
	dmafp_session_exit();
	dmafp_device_exit();
	dmafp_tally_exit();
	dmafp_watch_exit();
}

module_init(dmafp_init);
module_exit(dmafp_exit);

MODULE_DESCRIPTION("Cost of the DMA mapping fast path");
MODULE_LICENSE("GPL");
MODULE_VERSION(DMAFP_VERSION);
