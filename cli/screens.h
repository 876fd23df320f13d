/* SPDX-License-Identifier: GPL-2.0-only OR BSD-3-Clause */
/* What link, temp and modules show: rows of one table. */
#ifndef CLI_SCREENS_H
#define CLI_SCREENS_H

#include <json-c/json.h>

#include "prm.h"

enum form {
	FORM_AS_DECODED,
	FORM_EIGHTHS,	/* of a degree; signed */
	FORM_256THS,	/* of a degree; signed */
	FORM_MODE,	/* a bit for each link mode */
	FORM_RATE,	/* in hundreds of megabits a second, or by the mode */
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

/* A field of PTYS, which has a bit for each link mode; and the mode in it. */
struct link_mode {
	const char *field;
	u32 bits;
	char name[32];	/* "400GAUI-8", "NDR 4x"; "": it has none here */
	u32 mbps;	/* 0: it has no name */
};

/* Of the fields of PTYS, whichever protocol they speak of. */
struct link_mode link_mode(struct json_object *ptys);

#endif
