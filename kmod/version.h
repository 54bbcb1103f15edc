/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef DMAFP_VERSION_H
#define DMAFP_VERSION_H

#define DMAFP_VERSION	"0.1.0"

#endif /* DMAFP_VERSION_H */
