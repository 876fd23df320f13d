// SPDX-License-Identifier: GPL-2.0-only OR BSD-3-Clause
/*
 * One more child of the first mlx5 device, as mlx5_core itself adds them when
 * ports are bonded: insmod sibling.ko. No driver is for its number.
 */
#include <linux/auxiliary_bus.h>
#include <linux/mlx5/driver.h>
#include <linux/module.h>
#include <linux/pci.h>

#define NUMBER 77

static struct mlx5_adev child = { .adev = { .name = "dpll", .id = NUMBER } };

static void release(struct device *device)
{
}

static int __init start(void)
{
	struct pci_dev *pdev = pci_get_device(PCI_VENDOR_ID_MELLANOX, PCI_ANY_ID,
					      NULL);
	int ret;

	if (!pdev)
		return -ENODEV;
	child.mdev = pci_get_drvdata(pdev);
	child.adev.dev.parent = &pdev->dev;
	child.adev.dev.release = release;
	pci_dev_put(pdev);
	ret = auxiliary_device_init(&child.adev);
	if (ret)
		return ret;
	ret = __auxiliary_device_add(&child.adev, "mlx5_core");
	if (ret)
		auxiliary_device_uninit(&child.adev);
	return ret;
}
module_init(start);

static void __exit stop(void)
{
	auxiliary_device_delete(&child.adev);
	auxiliary_device_uninit(&child.adev);
}
module_exit(stop);

MODULE_DESCRIPTION("One more child of an mlx5 device");
MODULE_LICENSE("Dual BSD/GPL");
