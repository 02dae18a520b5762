# The container image, and what ./package takes from Debian. To be sourced by ./package, whose variables it uses.

debian_suite=trixie

# fetch PACKAGE…: Debian's packages for the wanted kind of machine into $work/apt/debs, by the mirror that this machine uses, without
# touching what apt knows of it.
fetch() {
    local folder=$work/apt mirror
    local apt=(apt-get -qq -o APT::Architecture="$architecture" -o APT::Architectures="$architecture" -o APT::Sandbox::User=root
        -o Dir::State="$folder/state" -o Dir::State::status="$folder/status" -o Dir::Cache="$folder/cache"
        -o Dir::Etc::sourcelist="$folder/sources.list" -o Dir::Etc::sourceparts=-)
    if [ ! -d "$folder" ]; then
        mkdir -p "$folder"/{state/lists/partial,cache/archives/partial,debs}
        : > "$folder/status"
        mirror=$(apt-get indextargets --format '$(REPO_URI)' 'Created-By: Packages' 'Origin: Debian' 'Component: main' | grep -v security | head -n 1 || true)
        [ -n "$mirror" ] || { say "apt knows no mirror of Debian here."; exit 1; }
        printf 'deb [signed-by=/usr/share/keyrings/debian-archive-keyring.gpg] %s %s main\n' "$mirror" $debian_suite > "$folder/sources.list"
        "${apt[@]}" update
    fi
    (cd "$folder/debs" && "${apt[@]}" download "$@")
}

# Into one root with /bin, /lib and /lib64 in /usr, as Debian has it; without documentation (but for licences), locales and
# character sets of other ages.
unpack() {
    local root=$1 deb
    shift
    mkdir -p "$root"/usr/{bin,lib,lib64}
    ln -s usr/bin "$root/bin"
    ln -s usr/lib "$root/lib"
    ln -s usr/lib64 "$root/lib64"
    for deb in "$@"; do
        dpkg-deb --fsys-tarfile "$deb" | tar --extract --keep-directory-symlink --directory "$root" --exclude './usr/share/[!d]*' \
            --exclude './usr/lib/*/gconv' --exclude './etc/*' --exclude './usr/share/debianutils' --exclude '*/changelog*' --exclude '*/NEWS*'
    done
}

make_image() {
    local home=$1 context=$work/context name=sluice-$version-linux-$architecture tag=sluice:${version,,}
    command -v buildah > /dev/null || install "no container image" buildah || exit 1
    command -v jq > /dev/null || install "no container image" jq || exit 1
    say "Building the image …"
    mkdir -p "$context"/{base/etc,base/tmp,program/usr/lib/sluice,cache,config,state}
    local packages=(bash libc6 libtinfo6 libssl3t64 zlib1g libzstd1)
    ! grep -aq 'libstdc++\.so\.6' -r "$home/runtime/lib" || packages+=(libstdc++6 libgcc-s1)
    fetch "${packages[@]}"
    rm -f "$work"/apt/debs/openjdk-*
    unpack "$context/base" "$work"/apt/debs/*.deb
    chmod 1777 "$context/base/tmp"
    printf 'root:x:0:0:root:/:/bin/bash\nnobody:x:65534:65534:nobody:/nonexistent:/usr/sbin/nologin\n' > "$context/base/etc/passwd"
    printf 'root:x:0:\nnogroup:x:65534:\n' > "$context/base/etc/group"
    find "$home" -exec touch --no-dereference --date "@$SOURCE_DATE_EPOCH" {} +
    if [ "$architecture" = "$(architecture_of "$JAVA_HOME")" ]; then
        "$home/bin/train" "$context/cache/sluice.aot"
    else
        say "No start-up cache in the image: it can only be made on the kind of machine it is for."
    fi
    cp -a "$home/runtime" "$context/runtime"
    cp -a "$home"/{bin,lib,sluice.jar,bom.json,LICENSE} "$context/program/usr/lib/sluice/"
    # In a container loopback is nobody's.
    sed -E 's/^((tls_)?listen +=) "127\.0\.0\.1:/\1 "0.0.0.0:/' "$home/sluice.conf" > "$context/config/sluice.conf"
    local buildah=(buildah --root "$work/storage" --runroot "$work/run" --storage-driver vfs)
    "${buildah[@]}" build --quiet --format docker --layers --timestamp "$SOURCE_DATE_EPOCH" --os linux --arch "$architecture" \
        --label "org.opencontainers.image.title=Sluice" --label "org.opencontainers.image.version=$version" \
        --label "org.opencontainers.image.licenses=Apache-2.0" \
        --tag "$tag" --file "$root/.ci/Containerfile" "$context" > /dev/null
    # Docker's format keeps the health check, which OCI's has no place for.
    "${buildah[@]}" push --quiet "$tag" "docker-archive:$out/$name-docker.tar:$tag"
    "${buildah[@]}" push --quiet --format oci "$tag" "oci-archive:$out/$name-oci.tar:$tag"
}
