# Shared by run, test, bench and package: finds what they need. To be sourced, with $root set to the project's folder.

. "$root/signaling-undertow/src/main/package/bin/jvm.sh"

say() { printf '%s\n' "$*" >&2; }

# Sets JAVA_HOME to a JDK of version 25 or newer, or ends with one line that says what is missing.
find_jdk() {
    local home
    for home in "${JAVA_HOME:-}" /usr/lib/jvm/*25* /usr/lib/jvm/* "$HOME"/.sdkman/candidates/java/* /opt/*jdk* /usr/java/*; do
        if [ -x "$home/bin/javac" ] && [ -f "$home/release" ]; then
            local version
            version=$(sed -n 's/^JAVA_VERSION="\([0-9]*\).*/\1/p' "$home/release")
            if [ "${version:-0}" -ge 25 ]; then
                export JAVA_HOME=$home
                return
            fi
        fi
    done
    say "No JDK 25 found: install one (package temurin-25-jdk or openjdk-25-jdk) or set JAVA_HOME to its folder."
    exit 1
}

need_maven() {
    command -v mvn > /dev/null && return
    say "Maven is missing: install the package maven."
    exit 1
}

# Whether packages can be installed without a question: root, or sudo without a password, with apt.
may_install() {
    command -v apt-get > /dev/null && { [ "$(id -u)" = 0 ] || sudo -n true 2> /dev/null; }
}

# install WHY PACKAGE…: installs, or says in one line what to install and what is skipped meanwhile.
install() {
    local why=$1
    shift
    if ! may_install; then
        say "$why: install $* (apt-get install $*)."
        return 1
    fi
    local sudo=
    [ "$(id -u)" = 0 ] || sudo="sudo -n"
    say "Installing $* …"
    $sudo env DEBIAN_FRONTEND=noninteractive apt-get -qq update > /dev/null 2>&1
    # RUNLEVEL=1: a service that comes with a package is not started.
    if ! $sudo env DEBIAN_FRONTEND=noninteractive RUNLEVEL=1 apt-get -qq -y install --no-install-recommends "$@" > /dev/null 2>&1; then
        say "$why: installing $* failed; try it by hand to see why."
        return 1
    fi
}

# Whether the loader finds a library. Not by a pipe into grep -q: that ends ldconfig early, which pipefail takes for a failure.
has_library() {
    local known
    known=$(PATH=$PATH:/usr/sbin:/sbin ldconfig -p 2> /dev/null)
    [[ $known == *"$1"* ]]
}

# What ./bench floor compiles its C with, and makes its veth pair with.
need_floor() {
    [ -f /usr/include/openssl/evp.h ] && command -v gcc > /dev/null && PATH=$PATH:/usr/sbin:/sbin command -v ip > /dev/null \
        || install "the floor in C is not measured" gcc libc6-dev libssl-dev iproute2
}

# Debian's mvn 3.8 warns about its own libraries on a new JDK; nobody can act on that.
quiet_maven() {
    MAVEN_OPTS="${MAVEN_OPTS:-} --enable-native-access=ALL-UNNAMED --sun-misc-unsafe-memory-access=allow" mvn "$@"
}

# build_server FOLDER [MAVEN OPTION]…: puts the server's jar and its libraries there. All of Maven's output goes to build.log.
build_server() {
    local folder=$1 module=$root/signaling-undertow
    shift
    local log=$module/target/build.log
    mkdir -p "$module/target" "$folder"
    rm -rf "$module"/target/lib "$module"/target/signaling-undertow-*.jar # What another version left would come along.
    if ! quiet_maven -q -B -Dstyle.color=never -f "$root/pom.xml" -Dmaven.test.skip=true -pl signaling-undertow -am package "$@" > "$log" 2>&1; then
        # Maven repeats itself and adds advice about Maven behind the errors proper.
        sed -n '/^\[ERROR\]/p' "$log" | sed '/-> \[Help 1\]/,$d' >&2
        say "The build failed; all of its output is in $log."
        exit 1
    fi
    cp "$module"/target/signaling-undertow-*.jar "$folder/sluice.jar"
    cp -r "$module/target/lib" "$folder/lib"
    unsign "$folder"/lib/bc*.jar
}

# Classes of signed jars are checked one by one at each start and never cached, and their manifests name each of them: 1.2 MB that
# every start would read. Ours come from Maven's checked downloads.
unsign() {
    local jar work
    for jar in "$@"; do
        work=$(mktemp -d)
        # In order and with one date, so that the same classes give the same bytes.
        (cd "$work" && "$JAVA_HOME/bin/jar" --extract --file "$jar" \
            && rm -f META-INF/*.SF META-INF/*.DSA META-INF/*.RSA META-INF/*.EC \
            && sed -i "/^\r*$/q" META-INF/MANIFEST.MF \
            && find . -type f | sed 's,^\./,,' | LC_ALL=C sort > "$work.list" \
            && "$JAVA_HOME/bin/jar" --create --date 2026-01-01T00:00:00Z --no-manifest --file "$jar" "@$work.list")
        rm -rf "$work" "$work.list"
    done
}
