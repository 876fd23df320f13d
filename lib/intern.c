// SPDX-License-Identifier: GPL-2.0-only OR BSD-3-Clause
/* Few texts, rarely: what a driver's rules are called. */
#include "intern.h"

#include <pthread.h>
#include <stdlib.h>
#include <string.h>

struct kept {
	struct kept *next;
	char text[];
};

static struct kept *all;
static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;

static struct kept *keep(const char *text)
{
	struct kept *new = malloc(sizeof(*new) + strlen(text) + 1);

	if (!new)
		return NULL;
	strcpy(new->text, text);
	new->next = all;
	return all = new;
}

const char *intern(const char *text)
{
	struct kept *found;

	if (!*text)
		return NULL;
	pthread_mutex_lock(&lock);
	found = all;
	while (found && strcmp(found->text, text))
		found = found->next;
	if (!found)
		found = keep(text);
	pthread_mutex_unlock(&lock);
	return found ? found->text : NULL;
}
