"""logind and the portal as far as the wizard asks them, on a bus of the test's own.

    logind.py ADDRESS LOG MANNERS [GATE]

Writes a line for everything that happens. MANNERS: answers, no-block (a delay only), refuses, silent, gate (answers once
the file GATE is there). The portal speaks, as every real one, only to callers that the kernel lets it look at.
"""

import os
import sys

import dbus
import dbus.bus
import dbus.mainloop.glib
import dbus.service
from gi.repository import GLib

address, log, manners = sys.argv[1:4]
gate = sys.argv[4] if len(sys.argv) > 4 else ""


def say(line):
    with open(log, "a", encoding="utf-8") as file:
        file.write(line + "\n")


class Denied(dbus.DBusException):
    _dbus_error_name = "org.freedesktop.DBus.Error.AccessDenied"


def is_seen(sender):
    names = ("org.freedesktop.DBus", "/org/freedesktop/DBus", "org.freedesktop.DBus")
    process = bus.call_blocking(*names, "GetConnectionUnixProcessID", "s", [sender])
    try:
        os.close(os.open(f"/proc/{process}/root", os.O_PATH))
        return True
    except PermissionError:
        return False


class Logind(dbus.service.Object):
    @dbus.service.method(
        "org.freedesktop.login1.Manager", in_signature="ssss", out_signature="h", async_callbacks=("give", "fail")
    )
    def Inhibit(self, what, who, why, mode, give, fail):
        say(f"asked|{what}|{who}|{why}|{mode}")
        if manners == "refuses" or manners == "no-block" and mode == "block":
            fail(Denied("not today"))
        elif manners == "gate":
            GLib.timeout_add(5, lambda: self.answer_at_the_gate(give))
        elif manners != "silent":
            self.answer(give)

    def answer_at_the_gate(self, give):
        if not os.path.exists(gate):
            return True
        self.answer(give)
        return False

    def answer(self, give):
        ours, theirs = os.pipe()
        say("given")
        give(dbus.types.UnixFd(theirs))
        os.close(theirs)
        GLib.io_add_watch(ours, GLib.IO_HUP, self.over)

    def over(self, ours, _):
        os.close(ours)
        say("released")
        return False


class Portal(dbus.service.Object):
    @dbus.service.method(
        "org.freedesktop.portal.Inhibit", in_signature="sua{sv}", out_signature="o", sender_keyword="sender"
    )
    def Inhibit(self, window, flags, options, sender):
        if not is_seen(sender):
            say("portal refused")
            raise Denied("who is it?")
        say(f"portal asked|{flags}|{options.get('reason', '')}")
        bus.watch_name_owner(sender, self.owner)
        return dbus.ObjectPath("/org/freedesktop/portal/desktop/request/1/1")

    def owner(self, name):
        if not name:
            say("portal released")


dbus.mainloop.glib.DBusGMainLoop(set_as_default=True)
bus = dbus.bus.BusConnection(address)
names = [dbus.service.BusName(name, bus) for name in ("org.freedesktop.login1", "org.freedesktop.portal.Desktop")]
Logind(bus, "/org/freedesktop/login1")
Portal(bus, "/org/freedesktop/portal/desktop")
say("ready")
GLib.MainLoop().run()
