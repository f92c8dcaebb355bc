#!/bin/sh
# Takes the kiosk off this machine, and asks about the entries: sudo sh uninstall.sh
set -eu
if [ "$(id -u)" != 0 ]; then
    echo "This needs root: sudo sh $0 Nothing was changed." >&2
elif [ -z "$(/usr/local/sbin/kiosk-machine --help 2>/dev/null)" ]; then
    echo "No kiosk is installed on this machine. Where something broke off, run install.sh first." >&2
else
    exec /usr/local/sbin/kiosk-machine uninstall "$@"
fi
exit 1
