/* SPDX-License-Identifier: GPL-2.0-only OR BSD-3-Clause */
/* What link, temp and modules show: rows of one table. */
#ifndef CLI_SCREENS_H
#define CLI_SCREENS_H

#include "prm.h"

enum form {
	FORM_AS_DECODED,
	FORM_EIGHTHS,	/* of a degree; signed */
	FORM_256THS,	/* of a degree; signed */
	FORM_HUNDREDS,	/* of megabits a second */
	FORM_ETHERNET,	/* a bit for each link mode */
	FORM_TEXT,	/* eight bytes of ASCII from here on */
	FORM_MODULE,	/* the one that the first of PMLP's lanes leads to */
	FORM_ERROR,	/* of a module, if it has one */
};

/* Registers of one instance that belong together: a port, sensor, module. */
enum screen {
	SCREEN_LINK,
	SCREEN_TEMP,
	SCREEN_MODULES,
};

struct reading {
	enum screen screen;
	u16 reg;
	const char *by;		/* the index field: "local_port", "module" */
	const char *fixed;	/* a further index, "page_select=1", or NULL */
	const char *path;	/* of the field, "page_data.vendor_name" */
	const char *key;	/* in JSON */
	const char *label;	/* for people */
	enum form form;
	const char *unit;
};

extern const struct reading readings[];
extern const u32 n_readings;

/* "400GAUI-8" of a mask with one bit that is known, or NULL. */
const char *ethernet_mode(u32 mask);

#endif
