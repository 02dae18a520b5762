package dev.sluice.signaling.config;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.EnumSet;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Replaces a file so that whoever reads it, and whoever comes after a power cut or a kill, finds the old text or the new one,
 * whole. Stateless.
 */
final class AtomicFile {
    private static final Logger LOG = LoggerFactory.getLogger(AtomicFile.class);

    private static final boolean POSIX =
            FileSystems.getDefault().supportedFileAttributeViews().contains("posix");
    /** It may hold passwords. */
    private static final Set<PosixFilePermission> OWNER_ONLY = PosixFilePermissions.fromString("rw-------");

    private AtomicFile() {}

    /** Has the names in a folder written to the disk. */
    @FunctionalInterface
    interface FolderFlush {
        void flush(Path folder) throws IOException;
    }

    /**
     * On return the file has the text, and so has the disk, unless its folder cannot be flushed: then the log says so, and a power
     * cut may bring the old text back. When it throws, the file is as it was.
     */
    static void write(Path file, String text) throws IOException {
        write(file, text, AtomicFile::flush);
    }

    /** As above, with a flush that a test can have fail. */
    static void write(Path file, String text, FolderFlush flush) throws IOException {
        // Through a symbolic link the file it names is meant.
        Path target = Files.exists(file) ? file.toRealPath() : file.toAbsolutePath();
        Path fresh = target.resolveSibling(target.getFileName() + ".tmp");
        try {
            Files.deleteIfExists(fresh);
            writeWhole(fresh, text, permissions(target));
            Files.move(fresh, target, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        } catch (IOException e) {
            Files.deleteIfExists(fresh);
            throw e;
        }
        // The name, too, must be on the disk. When that fails it is too late to take the new file back.
        try {
            flush.flush(target.getParent());
        } catch (IOException e) {
            LOG.warn("file={} is written, but its folder cannot be flushed to the disk: {}", file, e.toString());
        }
    }

    private static void flush(Path folder) throws IOException {
        try (FileChannel channel = FileChannel.open(folder, StandardOpenOption.READ)) {
            channel.force(true);
        }
    }

    private static Set<PosixFilePermission> permissions(Path target) throws IOException {
        return POSIX && Files.exists(target) ? Files.getPosixFilePermissions(target) : OWNER_ONLY;
    }

    private static void writeWhole(Path fresh, String text, Set<PosixFilePermission> permissions) throws IOException {
        FileAttribute<?>[] attributes = POSIX
                ? new FileAttribute<?>[] {PosixFilePermissions.asFileAttribute(permissions)}
                : new FileAttribute<?>[0];
        ByteBuffer bytes = ByteBuffer.wrap(text.getBytes(StandardCharsets.UTF_8));
        try (FileChannel channel = FileChannel.open(
                fresh, EnumSet.of(StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE), attributes)) {
            while (bytes.hasRemaining()) {
                channel.write(bytes);
            }
            channel.force(true);
        }
    }
}
