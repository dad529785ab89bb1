#!/bin/sh
# Installs VRN Studio for one user, without a network. What follows the last line of this script
# is the program, packed.
set -eu

VERSION='@VERSION@'
MACHINE='@MACHINE@'
GLIBC='@GLIBC@'
KILOBYTES='@KILOBYTES@'
LINES='@LINES@'
CHECKSUM='@CHECKSUM@'

usage() {
    cat <<END
VRN Studio $VERSION for Linux ($MACHINE)

Usage: sh $(basename "$0") [--prefix FOLDER]

  --prefix FOLDER  where to install, ~/.local if not given; /usr/local is for all users
  --help           this text
  --version        the version

The program goes to FOLDER/share/vrn-studio, the commands vrn-studio and vrn to FOLDER/bin, its
entry in the menu, icons and file types to FOLDER/share. To remove all of it again:
sh FOLDER/share/vrn-studio/uninstall.sh
END
}

refuse() {
    printf 'VRN Studio was not installed: %s\n' "$1" >&2
    exit 1
}

prefix="${HOME:-}/.local"
while [ $# -gt 0 ]; do
    case "$1" in
        --prefix)
            [ $# -gt 1 ] || { echo "--prefix needs a folder; see --help" >&2; exit 2; }
            prefix=$2
            shift 2
            ;;
        --prefix=*) prefix=${1#--prefix=}; shift ;;
        --help | -h) usage; exit 0 ;;
        --version) echo "$VERSION"; exit 0 ;;
        *) printf 'unknown option %s; see --help\n' "$1" >&2; exit 2 ;;
    esac
done

# --- may it be installed here at all?
case "$prefix" in
    /?*) ;;
    *) refuse "the folder '$prefix' does not begin with /; give --prefix a whole path" ;;
esac
case "$prefix" in
    *[\"\\\`\$%\&\|]* | *"
"*) refuse "the folder '$prefix' has a character that menus cannot hold (\" \\ \` \$ % & | or a new line); choose another" ;;
esac
prefix=${prefix%/}
[ "$(uname -s)" = Linux ] || refuse "this is $(uname -s); the program in here is for Linux"
[ "$(uname -m)" = "$MACHINE" ] ||
    refuse "this processor is $(uname -m); the program in here is for $MACHINE"
there=$(getconf GNU_LIBC_VERSION 2>/dev/null | sed 's/.* //')
[ -n "$there" ] && [ "$(printf '%s\n%s\n' "$GLIBC" "$there" | sort -V | head -n 1)" = "$GLIBC" ] ||
    refuse "it needs glibc $GLIBC or newer, and this system has ${there:-another C library}"
for tool in tar xz sha256sum; do
    command -v "$tool" >/dev/null ||
        refuse "it needs the command $tool; on Debian and Ubuntu: sudo apt-get install tar xz-utils coreutils"
done

share="$prefix/share"
home="$share/vrn-studio"
exists=$prefix
while [ ! -e "$exists" ]; do exists=$(dirname "$exists"); done
[ -d "$exists" ] || refuse "$exists is a file, not a folder; choose another with --prefix"
for folder in "$exists" "$prefix" "$share" "$prefix/bin"; do
    [ ! -e "$folder" ] || { [ -d "$folder" ] && [ -w "$folder" ]; } ||
        refuse "you may not write to $folder; choose another with --prefix, or install as its owner"
done
if [ -e "$home" ] && [ ! -f "$home/installed-files" ]; then
    refuse "there is already a $home, which is no VRN Studio; move it away or choose another --prefix"
fi
for name in vrn-studio vrn; do
    command="$prefix/bin/$name"
    if [ -e "$command" ] || [ -L "$command" ]; then
        [ "$(readlink "$command" || true)" = "$home/$name" ] ||
            refuse "there is already another $command; move it away or choose another --prefix"
    fi
done
for running in /proc/[0-9]*/exe; do
    case "$(readlink "$running" 2>/dev/null || true)" in
        "$home"/*) refuse "VRN Studio is running; close it and try again" ;;
    esac
done
free=$(df -Pk "$exists" | awk 'NR == 2 { print $4 }')
[ "$free" -ge "$KILOBYTES" ] ||
    refuse "it needs $((KILOBYTES / 1024)) MB, and $exists has $((free / 1024)) MB left"
[ "$(tail -n "+$((LINES + 1))" "$0" | sha256sum | cut -d ' ' -f 1)" = "$CHECKSUM" ] ||
    refuse "this file is damaged or was not downloaded to its end; download it again"

# --- beside its place first; until all is there, nothing that is in use is touched
made=
make_folder() {
    [ -d "$1" ] || {
        make_folder "$(dirname "$1")"
        mkdir "$1"
        made="$1
$made"
    }
}
make_folder "$share"
make_folder "$prefix/bin"
for left in "$share"/.vrn-studio-install.*; do
    # An installation that was killed.
    [ ! -d "$left" ] || [ -d "/proc/${left##*.}" ] || rm -rf "$left"
done
staging="$share/.vrn-studio-install.$$"
placed=
backup() {
    # A file of the menu that is to be replaced.
    [ ! -e "$1" ] && [ ! -L "$1" ] || mv "$1" "$staging/old-files/$2"
}
undo() {
    code=$?
    trap - EXIT
    if [ -n "$placed" ]; then
        # Something went wrong after the first file was put in its place.
        while read -r file; do
            rm -f "$file"
        done <"$staging/placed"
        if [ -d "$staging/old" ]; then
            rm -rf "$home"
            mv "$staging/old" "$home"
        elif [ "$placed" = all ]; then
            rm -rf "$home"
        fi
        if [ -f "$staging/old-list" ]; then
            while IFS='	' read -r name file; do
                [ ! -e "$staging/old-files/$name" ] && [ ! -L "$staging/old-files/$name" ] ||
                    mv "$staging/old-files/$name" "$file"
            done <"$staging/old-list"
        fi
    fi
    rm -rf "$staging"
    if [ "$code" -ne 0 ]; then
        printf "%s" "$made" | while read -r folder; do rmdir "$folder" 2>/dev/null || true; done
        echo "VRN Studio was not installed; everything is as it was before." >&2
    fi
    exit "$code"
}
trap undo EXIT
trap 'exit 130' HUP INT TERM
mkdir -p "$staging/old-files"
: >"$staging/placed"
: >"$staging/old-list"

echo "Unpacking VRN Studio $VERSION to $home ..."
tail -n "+$((LINES + 1))" "$0" | xz -dc | tar -xf - -C "$staging"
[ -x "$staging/program/vrn-studio" ] && [ -x "$staging/program/vrn" ] ||
    { echo "the program in this file is not whole; download it again" >&2; exit 1; }
sed "s|@HOME@|$home|g" "$staging/menu/vrn-studio.desktop" >"$staging/menu/entry"
mv "$staging/menu/entry" "$staging/menu/vrn-studio.desktop"
mv "$staging/uninstall.sh" "$staging/program/uninstall.sh"

list="$staging/program/installed-files"
: >"$list"
plan() {
    # What goes where: a file of the menu and its place.
    printf '%s\t%s\n' "$1" "$share/$2" >>"$staging/plan"
    printf '%s\n' "$share/$2" >>"$list"
}
: >"$staging/plan"
plan vrn-studio.desktop applications/vrn-studio.desktop
plan vrn-studio.xml mime/packages/vrn-studio.xml
plan vrn-studio.svg icons/hicolor/scalable/apps/vrn-studio.svg
for icon in "$staging"/menu/icons/*.png; do
    size=$(basename "$icon" .png)
    plan "icons/$size.png" "icons/hicolor/${size}x$size/apps/vrn-studio.png"
    plan "icons/$size.png" "icons/hicolor/${size}x$size/mimetypes/application-x-vrn-studio-project.png"
done
printf '%s\n' "$prefix/bin/vrn-studio" "$prefix/bin/vrn" >>"$list"

# --- into its place
placed=some
if [ -d "$home" ]; then mv "$home" "$staging/old"; fi
placed=all
mv "$staging/program" "$home"
number=0
while IFS='	' read -r file place; do
    number=$((number + 1))
    make_folder "$(dirname "$place")"
    printf '%s\t%s\n' "$number" "$place" >>"$staging/old-list"
    backup "$place" "$number"
    printf '%s\n' "$place" >>"$staging/placed"
    cp "$staging/menu/$file" "$place"
done <"$staging/plan"
for name in vrn-studio vrn; do
    printf '%s\t%s\n' "$name" "$prefix/bin/$name" >>"$staging/old-list"
    backup "$prefix/bin/$name" "$name"
    printf '%s\n' "$prefix/bin/$name" >>"$staging/placed"
    ln -s "$home/$name" "$prefix/bin/$name"
done
placed=
if [ -f "$staging/old/installed-files" ]; then
    # What the version before had, and this one has not.
    while read -r file; do
        grep -qxF "$file" "$home/installed-files" || rm -f "$file"
    done <"$staging/old/installed-files"
fi

# --- tell the desktop, where there is one
sh "$home/uninstall.sh" --refresh "$share"

echo "VRN Studio $VERSION is installed. It is in the menu; its file is $home/vrn-studio"
case ":${PATH:-}:" in
    *":$prefix/bin:"*) ;;
    *) echo "For the commands vrn-studio and vrn, put $prefix/bin into PATH." ;;
esac
echo "To remove it: sh '$home/uninstall.sh'"
exit 0
