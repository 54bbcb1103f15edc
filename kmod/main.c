// SPDX-License-Identifier: GPL-2.0-only
#include <linux/init.h>
#include <linux/module.h>
#include "device.h"
#include "session.h"
#include "symbol.h"
#include "version.h"

static int __init dmafp_init(void)
{
	int err;

	dmafp_symbol_init();

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
	return err;
}

static void __exit dmafp_exit(void)
{
	dmafp_session_exit();
	dmafp_device_exit();
}

module_init(dmafp_init);
module_exit(dmafp_exit);

MODULE_DESCRIPTION("Cost of the DMA mapping fast path");
MODULE_LICENSE("GPL");
MODULE_VERSION(DMAFP_VERSION);
