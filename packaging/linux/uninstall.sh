#!/bin/sh
# Removes VRN Studio from where the installer has put it. Settings, projects and models of one's
# own stay.
set -eu

usage() {
    cat <<END
Usage: sh uninstall.sh [--help]

Removes VRN Studio: the folder that this script is in, its entry in the menu, icons, file types
and commands. Settings, projects, photos and models of your own stay.
END
}

refresh() {
    # The caches of the desktop; it finds the files by itself where such a tool is missing.
    if command -v update-desktop-database >/dev/null; then
        update-desktop-database -q "$1/applications" 2>/dev/null || true
    fi
    if command -v update-mime-database >/dev/null && [ -d "$1/mime/packages" ]; then
        update-mime-database "$1/mime" >/dev/null 2>&1 || true
    fi
    if command -v gtk-update-icon-cache >/dev/null && [ -f "$1/icons/hicolor/index.theme" ]; then
        gtk-update-icon-cache -q -f "$1/icons/hicolor" 2>/dev/null || true
    fi
}

case "${1:-}" in
    "") ;;
    --help | -h) usage; exit 0 ;;
    --refresh) refresh "$2"; exit 0 ;;
    *) printf 'unknown option %s; see --help\n' "$1" >&2; exit 2 ;;
esac

home=$(cd "$(dirname "$0")" && pwd)
[ -f "$home/installed-files" ] && [ -x "$home/vrn-studio" ] || {
    echo "$home is no installed VRN Studio; nothing was removed" >&2
    exit 1
}
[ -w "$home" ] && [ -w "$(dirname "$home")" ] || {
    echo "you may not remove $home; do it as its owner" >&2
    exit 1
}
for running in /proc/[0-9]*/exe; do
    case "$(readlink "$running" 2>/dev/null || true)" in
        "$home"/*)
            echo "VRN Studio is running; close it and try again. Nothing was removed." >&2
            exit 1
            ;;
    esac
done
while read -r file; do
    case "$file" in
        */bin/*)
            # Not if another program has taken the name since.
            [ "$(readlink "$file" 2>/dev/null || true)" != "$home/$(basename "$file")" ] ||
                rm -f "$file"
            ;;
        *) rm -f "$file" ;;
    esac
done <"$home/installed-files"
share=$(dirname "$home")
# Out of the way first: what is left of a removal that is stopped is no program any more.
gone="$share/.vrn-studio-removed.$$"
mv "$home" "$gone"
rm -rf "$gone"
refresh "$share"
echo "VRN Studio was removed."
