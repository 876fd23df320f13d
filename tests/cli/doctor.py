# SPDX-License-Identifier: GPL-2.0-only OR BSD-3-Clause
"""doctor: what it makes of trees that were made up to be machines, in each state that it knows."""
import json
import os
import shutil
import struct
import subprocess

from reading import documents_of

KERNEL = "6.12.0-made-up"
PCI = "0000:03:00.0"
NODE = "mlx5ctl-mlx5_core.ctl.0"
DEVICE = f"sys/bus/pci/devices/{PCI}"
SYSFS = f"{DEVICE}/mlx5ctl/{NODE}"
FILE = "lib/modules/6.12.0-made-up/updates/dkms/mlx5ctl.ko"
VARIABLES = "sys/firmware/efi/efivars"
SECURE_BOOT = f"{VARIABLES}/SecureBoot-8be4df61-93ca-11d2-aa0d-00e098032b8c"
MOK = "605dab50-e046-4300-abb6-3dd810dd8b23"
SERIAL = b"\2\4\1\2\3\4"  # as a certificate of the key that Machine.module() names has it
STRANGER = 4242  # nobody's uid


class Machine:
    """A folder that looks like a machine where all is well."""

    def __init__(self, tool):
        self.tool, self.root = tool, tool.folder / "machine"
        self.hash = json.loads(tool.run("--version -o json").out)["data"]["policy_hash"]
        shutil.rmtree(self.root, ignore_errors=True)
        self.write("proc/sys/kernel/osrelease", KERNEL)
        self.write("proc/keys", "0a I------ 1 perm 1f0b0000 0 0 keyring .builtin_trusted_keys: 1\n"
                   "0b I------ 1 perm 1f010000 0 0 asymmetri owner: 0123: X509.rsa 0123 []")
        self.status()
        self.write(f"lib/modules/{KERNEL}/modules.dep", "updates/dkms/mlx5ctl.ko: kernel/x.ko")
        self.write("usr/lib/modules-load.d/mlx5ctl.conf", "mlx5ctl")
        self.module()
        self.write("sys/module/mlx5ctl/taint", "O")
        self.write("sys/module/mlx5_core/taint", "")
        self.write("sys/module/module/parameters/sig_enforce", "Y")
        self.write(SECURE_BOOT, b"\6\0\0\0\1")
        self.write("sys/kernel/security/lsm", "lockdown,capability")
        self.write("sys/kernel/security/lockdown", "none [integrity] confidentiality")
        for name, value in (("vendor", "0x15b3"), ("device", "0x1021"), ("class", "0x020000")):
            self.write(f"{DEVICE}/{name}", value)
        self.link(f"{DEVICE}/driver", "mlx5_core")
        for name, value in (("state", "ready"), ("access", "all"), ("policy_hash", self.hash)):
            self.write(f"{SYSFS}/{name}", value)
        self.write(f"dev/{NODE}", "")
        self.mode(0o600)

    def write(self, path, content):
        path = self.root / path
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content if isinstance(content, bytes) else f"{content}\n".encode())

    def remove(self, *paths):
        for path in (self.root / path for path in paths):
            shutil.rmtree(path) if path.is_dir() and not path.is_symlink() else path.unlink()

    def link(self, path, name):
        (self.root / path).unlink(missing_ok=True)
        (self.root / path).parent.mkdir(parents=True, exist_ok=True)
        (self.root / path).symlink_to(f"../drivers/{name}")

    def mode(self, mode):
        (self.root / "dev" / NODE).chmod(mode)

    def status(self, uid=0, groups="", capabilities=~0 & (1 << 41) - 1):
        self.write("proc/self/status", f"Name:\tx\nUid:\t{uid}\t{uid}\t{uid}\t{uid}\nGid:\t{uid}\t{uid}\t{uid}\t{uid}\n"
                   f"Groups:\t{groups} \nCapEff:\t{capabilities:016x}")

    def module(self, kernel=KERNEL, signer=b"owner", rules=None):
        """An object file with what modinfo shows, and a signature as sign-file appends it."""
        source = "".join(f'static const char a{i}[] __attribute__((section(".modinfo"), used)) = "{text}";\n'
                         for i, text in enumerate((f"vermagic={kernel} SMP", f"policy_hash={rules or self.hash}")))
        path = self.root / FILE
        path.parent.mkdir(parents=True, exist_ok=True)
        subprocess.run(["cc", "-xc", "-c", "-", "-o", path], input=source.encode(), check=True)
        if signer:
            head = struct.pack(">BBBBB3xI", 0, 4, 1, len(signer), 4, 8)
            path.write_bytes(path.read_bytes() + signer + b"\1\2\3\4" + b"s" * 8 + head + b"~Module signature appended~\n")

    def unload(self):
        self.remove("sys/module/mlx5ctl", SYSFS, f"dev/{NODE}")


def user(machine, mode=0o600, **who):
    machine.status(uid=STRANGER, capabilities=0, **who)
    machine.mode(mode)


def no_card(machine):
    machine.unload()
    machine.remove(DEVICE, FILE, f"lib/modules/{KERNEL}/modules.dep")


def not_built(machine, headers):
    machine.unload()
    machine.remove(FILE)
    machine.write(f"lib/modules/{KERNEL}/modules.dep", "kernel/x.ko:")
    machine.write("usr/src/mlx5ctl-0.1/Kbuild", "")
    if headers:
        machine.write(f"lib/modules/{KERNEL}/build/Makefile", "")


def not_installed(machine):
    not_built(machine, False)
    machine.remove("usr/src")


def stranger_signed(machine, own_key=b"", signer=b"stranger"):
    machine.unload()
    machine.module(signer=signer)
    if own_key is not None:
        machine.write("var/lib/dkms/mok.pub", b"certificate " + own_key)


def own_signed(machine, **lists):
    """By the key of DKMS; lists of certificates are variables of UEFI."""
    stranger_signed(machine, SERIAL, b"owner")
    for name, content in lists.items():
        machine.write(f"{VARIABLES}/{name}-{MOK}", content)


def takes_unsigned(machine):
    machine.write("sys/module/module/parameters/sig_enforce", "N")
    machine.write("sys/kernel/security/lockdown", "[none] integrity confidentiality")


def not_enforced(machine, signer):
    stranger_signed(machine, signer=signer)
    takes_unsigned(machine)


def inserted(machine):
    """By insmod, from a file that is nowhere."""
    takes_unsigned(machine)
    machine.remove(FILE, f"lib/modules/{KERNEL}/modules.dep")
    machine.write("sys/module/mlx5ctl/taint", "OE")


def unprivileged(machine):
    stranger_signed(machine)
    machine.write("proc/keys", "0c I--Q--- 1 perm 3f030000 1000 0 keyring _ses: 1")
    machine.status(uid=STRANGER, capabilities=0)


def without(*paths):
    return lambda machine: machine.remove(*paths)


def says(path, content):
    return lambda machine: machine.write(path, content)


def mainlines(machine):
    machine.write("sys/module/fwctl/taint", "")
    machine.link(f"{DEVICE}/drivers/mlx5_fwctl.mlx5_fwctl/module", "mlx5_fwctl")
    machine.link(f"{DEVICE}/mlx5_core.fwctl.0/driver", "mlx5_fwctl.mlx5_fwctl")
    machine.remove(SYSFS, f"dev/{NODE}")


def lost(machine):
    machine.remove(SYSFS, f"dev/{NODE}")


def core_away(machine):
    lost(machine)
    machine.remove(f"{DEVICE}/driver", "sys/module/mlx5_core")


def unbound(machine):
    lost(machine)
    machine.remove(f"{DEVICE}/driver")


def lent(machine):
    lost(machine)
    machine.link(f"{DEVICE}/driver", "vfio-pci")


def masked(machine):
    (machine.root / "etc/modules-load.d").mkdir(parents=True)
    (machine.root / "etc/modules-load.d/mlx5ctl.conf").symlink_to("/dev/null")


def made(machine):
    """The module by make install, which nobody signed."""
    stranger_signed(machine, signer=None)
    path = machine.root / FILE
    path.rename(path.parent.parent / path.name)
    machine.write(f"lib/modules/{KERNEL}/modules.dep", "updates/mlx5ctl.ko: kernel/x.ko")


def by_dkms(change):
    def done(machine):
        machine.write("usr/src/mlx5ctl-0.1/Kbuild", "")
        change(machine)
    return done


LOAD = "sudo modprobe mlx5ctl"
REBUILD = f"sudo dkms build --force mlx5ctl/0.1 -k {KERNEL} && sudo dkms install --force mlx5ctl/0.1 -k {KERNEL}"
AT_BOOT = "echo mlx5ctl | sudo install -m 644 /dev/stdin /etc/modules-load.d/mlx5ctl.conf"
INFO = f"mlx5ctl -d {PCI} info"
EVERYTHING = "identify, config-read, config-write, debug-read, debug-write"

# What was done to the machine, the status, what is said, and what to type.
STATES = [
    (lambda machine: None, 0, f"root may do here what is {EVERYTHING}", INFO),
    (no_card, 0, "there is no ConnectX in this machine", "mlx5ctl -d emu info"),
    (lambda m: (not_installed(m), m.remove(DEVICE)), 0, "it is not installed; its package is mlx5ctl-dkms_*.deb", "mlx5ctl -d emu info"),
    (says(f"{DEVICE}/device", "0x1003"), 0, "there is no ConnectX", "mlx5ctl -d emu info"),
    (not_installed, 5, "! module       it is not installed", "sudo apt install ./mlx5ctl-dkms_*.deb"),
    (lambda m: not_built(m, False), 5, "headers of this kernel are not installed", f"sudo apt install linux-headers-{KERNEL}"),
    (lambda m: not_built(m, True), 5, f"not built for this kernel, {KERNEL}", f"sudo dkms autoinstall -k {KERNEL}"),
    (by_dkms(lambda m: m.module(kernel="5.10.0")), 5, "is built for 5.10.0, and this kernel is", REBUILD),
    (without(FILE, f"lib/modules/{KERNEL}/modules.dep"), 0, "after a restart it is gone", INFO),
    (Machine.unload, 5, "the kernel trusts its signer, owner", LOAD),
    (lambda m: stranger_signed(m, SERIAL), 5, "the key /var/lib/dkms/mok.pub of stranger; give it", "sudo mokutil --import /var/lib/dkms/mok.pub"),
    (by_dkms(stranger_signed), 5, "the key 01:02:03:04 of stranger; build it again", REBUILD),
    (lambda m: stranger_signed(m, None), 5, "the key 01:02:03:04 of stranger; make one", "sudo dkms generate_mok"),
    (lambda m: stranger_signed(m, None, None), 5, "not signed; make a key", "sudo dkms generate_mok"),
    (lambda m: own_signed(m, MokListRT=b"owner, " + SERIAL), 5, "trusts its signer, owner", LOAD),
    (lambda m: own_signed(m, MokListRT=b"owner, another"), 5, "mok.pub of owner; give it", "sudo mokutil --import /var/lib/dkms/mok.pub"),
    (lambda m: own_signed(m, MokListRT=b"others", dbx=b"owner"), 5, "trusts its signer, owner", LOAD),
    (lambda m: own_signed(m, MokListRT=b"owner", MokNew=SERIAL), 5, "owner, yet: the firmware waits", "sudo reboot"),
    (by_dkms(lambda m: stranger_signed(m, signer=None)), 5, "it is not signed; build it again", REBUILD),
    (lambda m: stranger_signed(m, signer=None), 5, "it is not signed; build it again", "sudo apt install ./mlx5ctl-dkms_*.deb"),
    (by_dkms(made), 5, "it is not signed; build it again", "sudo make install"),
    (lambda m: not_enforced(m, None), 5, "* signature    it is not signed; this kernel takes it", LOAD),
    (lambda m: not_enforced(m, b"stranger"), 5, "takes it all the same", LOAD),
    (inserted, 0, "* signature    the kernel did not trust it when it was loaded, and noted so (taint E)", INFO),
    (unprivileged, 5, "? signature    signed by stranger; only root sees", LOAD),
    (says("sys/module/module/parameters/sig_enforce", "N"), 0, "the kernel trusts its signer", INFO),
    (without("usr/lib/modules-load.d/mlx5ctl.conf"), 0, "not loaded at the next start", AT_BOOT),
    (masked, 0, "not loaded at the next start", AT_BOOT),
    (says("run/modules-load.d/mlx5ctl.conf", "#mlx5ctl"), 0, "not loaded at the next start", AT_BOOT),
    (says("run/modules-load.d/mlx5ctl.conf", "# mlx5ctl\n mlx5ctl"), 0, "it is loaded at each start", INFO),
    (lambda m: m.module(rules="0" * 64), 5, "judges by other rules than this tool", "sudo apt install ./*.deb"),
    (says(f"{SYSFS}/policy_hash", "0" * 64), 5, "the module that runs judges by other rules", "sudo rmmod mlx5ctl && sudo modprobe mlx5ctl"),
    (says(SECURE_BOOT, b"\6\0\0\0\0"), 0, "Secure Boot is off", INFO),
    (without("sys/firmware"), 0, "did not start by UEFI", INFO),
    (without(SECURE_BOOT), 0, "variables of UEFI are not mounted", "sudo mount -t efivarfs efivarfs /sys/firmware/efi/efivars"),
    (without("sys/kernel/security/lockdown"), 0, "this kernel has none", INFO),
    (without("sys/kernel/security/lockdown", "sys/kernel/security/lsm"), 0, "securityfs is not mounted",
     "sudo mount -t securityfs securityfs /sys/kernel/security"),
    (says("sys/kernel/security/lockdown", "[none] integrity confidentiality"), 0, f"{EVERYTHING}, full", INFO),
    (says("sys/kernel/security/lockdown", "none integrity [confidentiality]"), 0, "that show memory of the host", INFO),
    (core_away, 5, "no driver has it", "sudo modprobe mlx5_core"),
    (unbound, 5, "no driver has it", f"echo {PCI} | sudo tee /sys/bus/pci/drivers/mlx5_core/bind"),
    (lent, 0, "* driver       vfio-pci has it", None),
    (mainlines, 0, "the kernel's own mlx5_fwctl has it", "sudo rmmod mlx5_fwctl fwctl mlx5ctl; sudo modprobe mlx5ctl"),
    (lost, 5, "mlx5ctl runs and does not have it", "sudo dmesg --level err,warn,info | grep -i mlx5"),
    (says(f"{SYSFS}/state", "awaiting reset: a command was not answered"), 5, "not answered: once the lost answer has come",
     f"sudo dmesg | grep '{PCI}.*arrived after timeout' && sudo devlink dev reload pci/{PCI}"),
    (says(f"{SYSFS}/state", "awaiting reset: it gave one number to two objects"), 5, "two objects: it is to be used again once its driver",
     f"sudo devlink dev reload pci/{PCI}"),
    (without(f"dev/{NODE}"), 5, f"there is no /dev/{NODE}", None),
    (says(f"{SYSFS}/access", "read"), 0, "root may do here what is identify, config-read\n", INFO),
    (says(f"{SYSFS}/access", "none"), 0, "the administrator has closed it", None),
    (user, 5, f"{STRANGER} may not open /dev/{NODE}", None),
    (lambda m: user(m, 0o666), 0, f"{STRANGER} may do here what is identify, config-read\n", INFO),
    (lambda m: user(m, 0o660, groups=f"7 {os.getgid()} 9"), 0, f"{STRANGER} may do here what is identify, config-read\n", INFO),
    (lambda m: user(m, 0o660, groups="7 9") or m.status(STRANGER, "7", 0), 5, f"{STRANGER} may not open", None),
    (lambda m: user(m, 0o606, groups=f"{os.getgid()}"), 5, f"{STRANGER} may not open", None),
    (lambda m: m.status(STRANGER, "", 1 << 17 | 1 << 1), 0, f"{STRANGER} may do here what is identify, config-read\n", INFO),
]


def flat(text):
    """Without the breaks of lines that are only for the eye."""
    return text.replace("\n               ", " ")


def states(tap, tool):
    environment = {"MLX5CTL_ROOT": str(tool.folder / "machine")}
    for change, status, wanted, next_ in STATES:
        machine = Machine(tool)
        change(machine)
        result = tool.run("doctor", env=environment)
        said, _, command = flat(result.out).partition("\nnext: ")
        fine = result.status == status and wanted in said and not result.err
        fine &= ("\n! " in f"\n{said}") == (status == 5)
        # What is to be typed may be for another row.
        fine &= ":\n" not in said
        tap.ok(fine and (next_ is None or command == f"{next_}\n"), f"doctor says: {wanted.strip()}", result)


def others(tap, tool):
    environment = {"MLX5CTL_ROOT": str(tool.folder / "machine")}
    machine = Machine(tool)
    machine.mode(0o666)
    result = tool.run("doctor nobody", env=environment)
    tap.ok(result.status == 0 and "nobody may do here what is identify, config-read\n" in result.out,
           "doctor says what another user may do", result)
    data = json.loads(tool.run("doctor root -o json", env=environment).out)["data"]
    tap.ok(data["user"] == {"name": "root", "capabilities": ["CAP_SYS_ADMIN", "CAP_SYS_RAWIO"]} and
           data["next"] == INFO and data["devices"][0]["may"] == EVERYTHING.split(", "),
           "and the document has it, too", data)
    result = tool.run("doctor no-such-user", env=environment)
    tap.ok(result.status == 2 and "no user called 'no-such-user'; getent" in result.err, "a user that there is not is an error of usage", result)
    not_enforced(machine, b"\33[31m\xff")
    result = tool.run("doctor", env=environment)
    tap.ok("\33" not in result.out and "\\x1b" in result.out, "a name that a terminal would obey is shown, not obeyed", result)


def check(tap, tool):
    states(tap, tool)
    others(tap, tool)
    documents_of(tap, tool, {"doctor": ["doctor", "doctor root"]}, {"doctor": {"findings": 1}})
