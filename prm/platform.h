/* SPDX-License-Identifier: GPL-2.0-only OR BSD-3-Clause */
/*
 * What prm/ and policy/ need of the world they are compiled in. This is the
 * only file of theirs that knows whether that is the kernel.
 */
#ifndef PRM_PLATFORM_H
#define PRM_PLATFORM_H

#ifdef __KERNEL__
#include <linux/compiler.h>
#include <linux/kernel.h>
#include <linux/string.h>
#include <linux/types.h>
#else
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

typedef __UINT8_TYPE__ u8;
typedef __UINT16_TYPE__ u16;
typedef __UINT32_TYPE__ u32;
typedef __UINT64_TYPE__ u64;

#define __must_check __attribute__((warn_unused_result))
#define ARRAY_SIZE(array) (sizeof(array) / sizeof((array)[0]))
#endif

#endif
