// SPDX-License-Identifier: GPL-2.0-only OR BSD-3-Clause
#include "nearest.h"

#include <ctype.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>

#define LONGEST 63	/* longer names are not compared */
#define LEAST_BEGINNING 3	/* letters that stand for the whole of a name */

static unsigned int least(unsigned int a, unsigned int b, unsigned int c)
{
	unsigned int two = a < b ? a : b;

	return two < c ? two : c;
}

/* Characters to insert, remove or replace, whatever their case. */
static unsigned int edit_distance(const char *a, const char *b)
{
	unsigned int row[LONGEST + 1];
	size_t width = strlen(b);

	for (size_t i = 0; i <= width; i++)
		row[i] = i;
	for (size_t i = 0; a[i]; i++) {
		unsigned int corner = row[0];

		row[0] = i + 1;
		for (size_t k = 0; k < width; k++) {
			unsigned int above = row[k + 1];
			unsigned int change = tolower((unsigned char)a[i]) !=
					      tolower((unsigned char)b[k]);

			row[k + 1] = least(corner + change, above + 1,
					   row[k] + 1);
			corner = above;
		}
	}
	return row[width];
}

void nearest_begin(struct nearest *nearest, const char *wanted)
{
	nearest->wanted = wanted;
	nearest->best[0] = 0;
	/* A third of the letters, and one at least, may be wrong. */
	nearest->distance = strlen(wanted) / 3 + 2;
}

static unsigned int distance_to(const char *wanted, const char *candidate)
{
	size_t length = strlen(wanted);

	if (length >= LEAST_BEGINNING &&
	    !strncasecmp(candidate, wanted, length))
		return candidate[length] != 0;
	return edit_distance(wanted, candidate);
}

void nearest_offer(struct nearest *nearest, const char *candidate)
{
	unsigned int distance;

	if (strlen(candidate) > LONGEST || strlen(nearest->wanted) > LONGEST)
		return;
	distance = distance_to(nearest->wanted, candidate);
	if (distance >= nearest->distance || distance >= strlen(candidate))
		return;
	nearest->distance = distance;
	snprintf(nearest->best, sizeof(nearest->best), "%s", candidate);
}

const char *nearest_found(const struct nearest *nearest)
{
	return nearest->best;
}
