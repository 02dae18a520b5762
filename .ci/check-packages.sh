#!/usr/bin/env bash
# ./package --check: makes the packages of the last commit twice, compares them, and tries them. What it needs (debootstrap, buildah) it
# installs. Each check is a line that begins with ok or FAILED; the exit code is 0 when nothing failed.
set -euo pipefail
root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
. "$root/.ci/setup.sh"
[ "$(id -u)" = 0 ] || { say "A bare Debian root is for root only."; exit 1; }
command -v debootstrap > /dev/null || install "no bare root" debootstrap || exit 1
work=$(mktemp -d)
debian=$work/debian
image=$work/image
failed=0
server=

clean_up() {
    [ -z "$server" ] || kill -KILL "$server" 2> /dev/null || true
    local mounted
    for mounted in "$debian/proc" "$image/proc" "$image/dev"; do
        ! mountpoint -q "$mounted" || umount "$mounted"
    done
    rm -rf --one-file-system "$work"
}
trap clean_up EXIT

# check WORDS COMMAND…: one line.
check() {
    local words=$1
    shift
    if "$@"; then
        echo "ok      $words"
    else
        echo "FAILED  $words"
        failed=1
    fi
}

is() { [ "$1" = "$2" ] || { say "expected \"$2\", found \"$1\""; return 1; }; }

# Starts a server on free ports; sets server, ready_line, port and ready_ms.
start() {
    local began ended
    began=$(date +%s%N)
    exec 9< <(exec "$@" 2> "$work/stderr")
    server=$!
    read -r -t 60 ready_line <&9 || { cat "$work/stderr" >&2; return 1; }
    ended=$(date +%s%N)
    ready_ms=$(((ended - began) / 1000000))
    port=${ready_line#*http://127.0.0.1:}
    port=${port%%/*}
}

# Ends it; returns its exit code.
stop() {
    kill -TERM "$server"
    local code=0
    wait "$server" || code=$?
    server=
    exec 9<&-
    return $code
}

answers() { [[ $(http_get "$port" /-/health) == *'{"status":"up"}'* ]]; }

median_of_ten() {
    local all=()
    for _ in {1..10}; do
        start "$@" || return 1
        all+=("$ready_ms")
        stop || return 1
    done
    printf '%s\n' "${all[@]}" | sort -n | sed -n 5p
}

free_config() {
    printf 'listen = "127.0.0.1:0"\ntls_listen = "127.0.0.1:0"\nmedia_port = 0\nstreams { live { input = "publish://" } }\n' > "$1"
}

# The same commit in two folders.
make_twice() {
    SOURCE_DATE_EPOCH=$(git -C "$root" log -1 --format=%ct)
    export SOURCE_DATE_EPOCH
    local n
    for n in one two; do
        mkdir -p "$work/$n/tree"
        git -C "$root" archive HEAD | tar --extract --directory "$work/$n/tree"
        "$work/$n/tree/package" --image > "$work/$n/sums"
        mv "$work/$n/tree/target/packages" "$work/$n/packages"
        rm -rf "$work/$n/tree"
    done
    cat "$work/one/sums"
    packages=$work/one/packages
}

same() {
    local file
    for file in "$work"/one/packages/*; do
        [[ $file == *-docker.tar || $file == *-oci.tar ]] || cmp "$file" "$work/two/packages/${file##*/}" || return 1
    done
}

layers() { tar --extract --to-stdout --file "$1"/*-docker.tar manifest.json | jq -r '.[0].Layers[]'; }

# All layers but one, which has nothing but the start-up cache; or that, too.
same_layers() {
    local others
    others=$(diff <(layers "$work/one/packages") <(layers "$work/two/packages") | sed -n 's/^< //p' || true)
    [ -n "$others" ] || return 0
    is "$(tar --extract --to-stdout --file "$work"/one/packages/*-docker.tar "$others" | tar --list | grep -v '/$')" usr/lib/sluice/sluice.aot
}

in_debian() { chroot "$debian" env DEBIAN_FRONTEND=noninteractive LC_ALL=C "$@"; }

as_sluice() { chroot --userspec=sluice:sluice "$debian" "$@"; }

install_deb() {
    cp "$packages"/*.deb "$debian/tmp/sluice.deb"
    in_debian apt-get -qq update && in_debian apt-get -qq -y install --no-install-recommends /tmp/sluice.deb > "$work/apt.log" 2>&1 || { tail "$work/apt.log" >&2; return 1; }
}

# The same package with a higher version and another program file, as an upgrade brings it.
upgrade() {
    local tree=$work/upgrade
    dpkg-deb --raw-extract "$packages"/*.deb "$tree"
    sed -i 's/^Version: .*/&+1/' "$tree/DEBIAN/control"
    dpkg-deb --root-owner-group --build "$tree" "$debian/tmp/newer.deb" > /dev/null
    echo '# changed here' >> "$debian/etc/sluice/sluice.conf"
    in_debian dpkg --install /tmp/newer.deb > "$work/apt.log" 2>&1 || { cat "$work/apt.log" >&2; return 1; }
    rm -rf "$tree"
    grep -q '# changed here' "$debian/etc/sluice/sluice.conf" && [ "$(stat -c '%a %U %G' "$debian/etc/sluice/sluice.conf")" = "$conf_mode" ]
}

check_debian() {
    debootstrap --variant=minbase bookworm "$debian" > "$work/debootstrap.log" 2>&1 || { tail -n 3 "$work/debootstrap.log" >&2; return 1; }
    mount -t proc proc "$debian/proc"
    printf '#!/bin/sh\nexit 101\n' > "$debian/usr/sbin/policy-rc.d"
    chmod +x "$debian/usr/sbin/policy-rc.d"
    check "the Debian package installs in a bare Debian 12 without what it recommends" install_deb
    free_config "$debian/tmp/free.conf"
    check "no Java is there but its own" is "$(in_debian find / -xdev -name 'libjvm.so')" /usr/lib/sluice/runtime/lib/server/libjvm.so
    check "it has a start-up cache of root's" test -s "$debian/usr/lib/sluice/sluice.aot" -a -O "$debian/usr/lib/sluice/sluice.aot"
    conf_mode=$(stat -c '%a %U %G' "$debian/etc/sluice/sluice.conf")
    check "its unit is enabled" test -L "$debian/etc/systemd/system/multi-user.target.wants/sluice.service"
    check "it starts there, not as root" start chroot --userspec=sluice:sluice "$debian" /usr/bin/sluice --config /tmp/free.conf
    check "it answers" answers
    check "it encrypts without OpenSSL" grep -q 'srtp=jdk' <<< "$ready_line"
    check "jcmd looks into it" grep -q media-loop <(as_sluice /usr/lib/sluice/runtime/bin/jcmd "$server" Thread.print 2>&1)
    check "SIGTERM ends it with 0" stop
    in_debian apt-get -qq -y install --no-install-recommends libssl3 libsrtp2-1 > "$work/apt.log" 2>&1
    check "it starts with them" start chroot --userspec=sluice:sluice "$debian" /usr/bin/sluice --config /tmp/free.conf
    check "it encrypts by OpenSSL, in batches" grep -q 'srtp=openssl-ffm.*io=batch' <<< "$ready_line"
    stop || true
    check "it starts with the example config" start chroot --userspec=sluice:sluice "$debian" /usr/bin/sluice --config /etc/sluice/sluice.conf \
        --listen 127.0.0.1:0 --tls-listen 127.0.0.1:0 --media-port 0
    stop || true
    echo "        from the Debian package to the ready line, median of ten: $(median_of_ten chroot --userspec=sluice:sluice "$debian" /usr/bin/sluice --config /tmp/free.conf) ms"
    check "an upgrade keeps the config and its owner" upgrade
    check "the upgraded one starts" start chroot --userspec=sluice:sluice "$debian" /usr/bin/sluice --config /tmp/free.conf
    check "it answers" answers
    stop || true
    in_debian dpkg --remove sluice > /dev/null
    check "removed, it leaves its config" test -s "$debian/etc/sluice/sluice.conf" -a ! -e "$debian/usr/lib/sluice"
    in_debian dpkg --purge sluice > /dev/null
    check "purged, it leaves nothing" is "$(in_debian find / -xdev -path /proc -prune -o -name '*sluice*' -print | grep -v '^/tmp/\|^/var/log/')" ""
    check "purged, it leaves no user" is "$(in_debian getent passwd sluice)" ""
}

check_image() {
    local layer unpacked=$work/unpacked
    mkdir -p "$unpacked" "$image"/{proc,dev}
    tar --extract --directory "$unpacked" --file "$packages"/*-docker.tar
    for layer in $(layers "$packages"); do
        tar --extract --directory "$image" --file "$unpacked/$layer"
    done
    mount -t proc proc "$image/proc"
    mount --bind /dev "$image/dev"
    free_config "$image/tmp/free.conf"
    check "the image's files start as nobody" start chroot --userspec=65534:65534 "$image" /usr/lib/sluice/bin/sluice --config /tmp/free.conf
    check "it answers" answers
    check "its health check is content" chroot --userspec=65534:65534 "$image" /usr/lib/sluice/bin/health "$port"
    stop || true
    check "its health check is not, with nobody there" eval "! chroot --userspec=65534:65534 '$image' /usr/lib/sluice/bin/health $port"
    check "nobody owns nothing of the program" is "$(find "$image/usr" "$image/etc/passwd" -user 65534)" ""
    echo "        from the image's files to the ready line, median of ten: $(median_of_ten chroot --userspec=65534:65534 "$image" /usr/lib/sluice/bin/sluice --config /tmp/free.conf) ms"
}

check_archive() {
    local home=$work/home
    mkdir "$home"
    tar --extract --directory "$home" --strip-components 1 --file "$packages"/*.tar.gz
    free_config "$work/free.conf"
    check "the tar.gz starts where it was unpacked" start "$home/bin/sluice" --config "$work/free.conf"
    check "it answers" answers
    check "SIGTERM ends it with 0" stop
    echo "        from the tar.gz to the ready line, median of ten: $(median_of_ten "$home/bin/sluice" --config "$work/free.conf") ms"
}

make_twice
check "twice made, the packages are the same" same
check "twice made, the image differs in its start-up cache only" same_layers
check_archive
check_debian
check_image
exit $failed
