/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Rates as people read them: 812, 41.5k, 1.27M. */
#ifndef DMAFP_ANALYSIS_RATE_H
#define DMAFP_ANALYSIS_RATE_H

#define DMAFP_RATE_TEXT 24

/** dmafp_rate_text() - three digits or more of @rate, which is not below 0; returns @text */
const char *dmafp_rate_text(double rate, char text[DMAFP_RATE_TEXT]);

#endif /* DMAFP_ANALYSIS_RATE_H */
