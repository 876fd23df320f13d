# SPDX-License-Identifier: GPL-2.0-only OR BSD-3-Clause
"""Secure Boot, as Debian's installations have it: the firmware knows Microsoft's keys,
shim knows Debian's and the owner's (MOK), and GRUB starts only what shim verifies."""
import hashlib
import pathlib
import shutil
import struct
import subprocess

REFUSES = "error: bad shim signature"  # GRUB, of a kernel


class Firmware:
    """`item` is the cache's, `folder` the run's. Without a kernel it is that of a guest that has booted."""

    def __init__(self, item, folder):
        self.item, self.esp, self.variables = item, folder / "esp", folder / "variables"
        self.esp.mkdir()
        shutil.copy(item / "variables.fd", self.variables)

    def key(self):
        """Of what was enrolled, by which guests that have booted differ."""
        return hashlib.sha256((self.item / "variables.fd").read_bytes()).hexdigest()

    def words(self):
        """The flash can be written only in system management mode, as on a real machine."""
        return ["-machine", "smm=on", "-global", "driver=cfi.pflash01,property=secure,value=on",
                "-global", "ICH9-LPC.disable_s3=1",
                "-drive", f"if=pflash,format=raw,unit=0,readonly=on,file={self.item / 'code.fd'}",
                "-drive", f"if=pflash,format=raw,unit=1,file={self.variables}",
                "-drive", f"if=none,id=esp,format=raw,readonly=on,file=fat:{self.esp}",
                "-device", "virtio-blk-pci,drive=esp,bootindex=0"]

    def install(self, kernel, initramfs, line, tampered):
        """What is booted. Tampering spares all that the kernel needs: only its signature is wrong then."""
        (self.esp / "EFI/BOOT").mkdir(parents=True)
        (self.esp / "EFI/debian").mkdir()
        shutil.copy(self.item / "shim.efi", self.esp / "EFI/BOOT/BOOTX64.EFI")
        shutil.copy(self.item / "grub.efi", self.esp / "EFI/BOOT/grubx64.efi")
        image = pathlib.Path(kernel).read_bytes()
        if tampered:
            image = image.replace(b"debian-kernel@", b"Debian-kernel@", 1)
        (self.esp / "vmlinuz").write_bytes(image)
        shutil.copy(initramfs, self.esp / "initrd")
        (self.esp / "EFI/debian/grub.cfg").write_text(
            f"if linux /vmlinuz {line}; then initrd /initrd; boot; fi\nhalt\n")

    def signed(self, module, who):
        """The module as a file's content, signed by `owner`, whom the guest trusts, or by `stranger`."""
        signature = subprocess.run(
            ["openssl", "cms", "-sign", "-binary", "-noattr", "-nocerts", "-nosmimecap", "-md", "sha256",
             "-outform", "DER", "-in", module, "-signer", self.item / f"{who}.pem",
             "-inkey", self.item / f"{who}.key"], stdout=subprocess.PIPE, check=True).stdout
        # The kernel's struct module_signature: PKCS#7, which says all the rest itself.
        tail = struct.pack(">2xB5xI", 2, len(signature)) + b"~Module signature appended~\n"
        return module.read_bytes() + signature + tail
