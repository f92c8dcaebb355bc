#!/bin/sh
# Installs or updates the kiosk from this stick, on Debian 12 or 13, without a network: sudo sh install.sh
set -eu

stop() { echo "$1 Nothing was changed." >&2; exit 1; }

# A bare Debian has no Python and no ssh-keygen. Until they are installed, those of the medium run from a folder of
# their own.
unpack() {
    release=$(sed -n 's/^VERSION_ID="\{0,1\}\([0-9]*\).*/\1/p' /etc/os-release)
    case $(uname -m) in x86_64) architecture=amd64 ;; aarch64) architecture=arm64 ;; *)
        stop "This machine has a processor of the kind $(uname -m). The kiosk needs 64 bits: x86-64 or 64-bit Arm." ;;
    esac
    debs=$here/debian/$release-$architecture
    [ -d "$debs" ] || stop "This stick has no packages for Debian $release on this machine."
    bare=$(mktemp -d /var/tmp/strengths-kiosk.XXXXXX) || stop "There is no room in /var/tmp."
    trap 'rm -rf "$bare"' EXIT # with the traps of main, dash comes here after a signal too
    for name in python3-minimal python3.11-minimal python3.13-minimal libpython3.11-minimal libpython3.13-minimal \
        libpython3.11-stdlib libpython3.13-stdlib libexpat1 libssl3 libssl3t64 openssh-client; do
        for deb in "$debs/$name"_*.deb; do
            [ -f "$deb" ] || continue
            dpkg-deb --extract "$deb" "$bare" || stop "$deb cannot be unpacked. Was the stick pulled out, or is the disk full?"
        done
    done
    PATH=$PATH:$bare/usr/bin
    LD_LIBRARY_PATH=$bare/usr/lib/$(uname -m)-linux-gnu:$bare/lib/$(uname -m)-linux-gnu
    export PATH LD_LIBRARY_PATH
}

main() {
    [ "$(id -u)" = 0 ] || stop "This needs root: sudo sh $0"
    here=$(cd "$(dirname "$0")" && pwd)
    # Ctrl+C: the installer finishes what has begun, and this ends after it.
    trap 'exit 129' HUP
    trap 'exit 130' INT
    trap 'exit 143' TERM
    rm -rf /var/tmp/strengths-kiosk.?????? # of a run that had no time to
    # What is on a medium cannot vouch for itself, so a machine that has a kiosk checks it with a program of its own,
    # unless that does not run.
    if [ -n "$(/usr/local/sbin/kiosk-machine --help 2>/dev/null)" ]; then
        exec /usr/local/sbin/kiosk-machine update "$@" "$here"
    fi
    [ -r /etc/debian_version ] || stop "This machine does not run Debian."
    if ! [ -x /usr/bin/python3 ] || ! [ -x /usr/bin/ssh-keygen ]; then unpack; fi
    python3 -I "$here/installer.pyz" update "$@" "$here"
}

main "$@"
