# How the server's JVM is set: one place for ./run, ./bench and the packages. To be sourced by bash; uses nothing but bash itself,
# since a container has little else.

# How the JVM compiles the packet path: docs/performance.md, "JVM".
path_flags=(-XX:InlineSmallCode=6000)

# The memory of this machine, or what its control group may use of it, if that is less; in MiB.
memory_mib() {
    local line word least limit group='' file
    while read -r word least _; do
        [ "$word" != MemTotal: ] || break
    done < /proc/meminfo
    least=$((least / 1024))
    while read -r line; do
        [[ $line != 0::* ]] || group=${line#0::}
    done 2> /dev/null < /proc/self/cgroup || true
    for file in /sys/fs/cgroup/memory.max "/sys/fs/cgroup$group/memory.max" /sys/fs/cgroup/memory/memory.limit_in_bytes; do
        [ -r "$file" ] && read -r limit < "$file" || continue
        # Where there is no limit: "max", or a number of 19 digits.
        if [[ $limit =~ ^[0-9]{1,15}$ ]] && [ $((limit / 1048576)) -lt "$least" ]; then
            least=$((limit / 1048576))
        fi
    done
    echo "$least"
}

# Sets the array server_flags: docs/performance.md, "JVM", says why each is there.
set_server_flags() {
    server_flags=("${path_flags[@]}" -XX:+UseZGC -XX:+UseCompactObjectHeaders -XX:MetaspaceSize=64m
        -XX:TrimNativeHeapInterval=10000)
    if [ -r /proc/meminfo ]; then
        # A quarter of the memory at most; a quarter of that, or 256 MiB, unless need be. The JVM would find the first by itself,
        # but refuses to start when the second is larger. It begins with 32 MiB: what is there from the start is cleared first.
        local heap soft
        heap=$(($(memory_mib) / 4))
        soft=$((heap / 4 > 256 ? heap / 4 : 256))
        server_flags+=(-Xms"$((heap < 32 ? heap : 32))m" -Xmx"${heap}m" -XX:SoftMaxHeapSize="$((soft < heap ? soft : heap))m")
        # glibc gives each thread an arena of its own, and what is freed in one serves no other.
        export MALLOC_ARENA_MAX=${MALLOC_ARENA_MAX:-2}
    fi
}

# http_get PORT PATH: prints what loopback answers, header and all.
http_get() {
    { exec 7<> "/dev/tcp/127.0.0.1/$1"; } 2> /dev/null || return 1
    printf 'GET %s HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n' "$2" >&7
    local line
    while IFS= read -r -t 10 line <&7 || [ -n "$line" ]; do
        printf '%s\n' "$line"
    done
    exec 7<&- 7>&-
}

# train JAVA JAR CACHE: a short run on free ports from which the JDK makes its start-up cache (JEP 514): half the time at each
# later start. It fits this JDK and these jars only; with any other the JVM starts without it.
train() {
    local ready port pid path i
    rm -f "$3"
    # With a config, since that is how a service is started, of many streams that is read twice: the cache has what the compiler
    # must know to make reading one fast from the beginning.
    {
        echo 'streams {'
        for ((i = 0; i < 2000; i++)); do
            echo "  \"train/$i\" { input = \"publish://\", password = \"p$i\", max_bitrate = 2000, source_timeout = 5s }"
        done
        echo '}'
    } > "$3.conf"
    exec 8< <(unset NOTIFY_SOCKET && exec "$1" "${server_flags[@]}" -XX:AOTCacheOutput="$3.new" -jar "$2" \
        --config "$3.conf" --listen 127.0.0.1:0 --tls-listen 127.0.0.1:0 --media-port 0 2> /dev/null)
    pid=$!
    if read -r -t 60 ready <&8; then
        port=${ready#*http://127.0.0.1:}
        port=${port%%/*}
        for path in / /-/streams /-/health /-/ready /-/metrics; do
            http_get "$port" "$path" > /dev/null || true
        done
        kill -HUP "$pid"
        for ((i = 0; i < 100; i++)); do
            [[ $(http_get "$port" /-/metrics) != *'sluice_config_reloads_total{result="applied"} 1'* ]] || break
        done
    fi
    kill -TERM "$pid" 2> /dev/null || true
    # Its output ends when the cache is written; whatever goes wrong, nobody waits for ever.
    while read -r -t 120 _ <&8; do :; done
    kill -KILL "$pid" 2> /dev/null || true
    exec 8<&-
    rm -f "$3.conf"
    [ ! -s "$3.new" ] || mv -f "$3.new" "$3"
}
