package dev.sluice.engine.record;

/** Numbers of the file format (draft-ietf-opsawg-pcapng) and of what this engine adds. Stateless. */
final class Pcapng {
    static final int SECTION_HEADER = 0x0a0d0d0a;
    static final int BYTE_ORDER_MAGIC = 0x1a2b3c4d;
    static final int INTERFACE = 1;
    static final int ENHANCED_PACKET = 6;
    /** A custom block that tools may copy. */
    static final int CUSTOM = 0x00000bad;

    static final int OPTION_END = 0;
    static final int OPTION_COMMENT = 1;
    static final int OPTION_SHB_APPLICATION = 4;
    static final int OPTION_IF_NAME = 2;
    static final int OPTION_IF_RESOLUTION = 9;
    static final int OPTION_EPB_FLAGS = 2;
    /** Values of the flags' lowest bits. */
    static final int INBOUND = 1;

    static final int OUTBOUND = 2;

    /** Raw IP: the version is in the first four bits. */
    static final int LINKTYPE_RAW = 101;

    /**
     * The number that stands for examples (RFC 5612), since this project has none of its own; {@link #MAGIC} tells ours from
     * others'.
     */
    static final int ENTERPRISE = 32473;

    static final long MAGIC = 0x536c_7569_6365_0001L;

    /** Lines of {@code name=value} in UTF-8. */
    static final int FACTS = 0;
    /** Events one after the other: kind, source, payload length (16 bits), time, payload. */
    static final int EVENTS = 1;
    /** The next piece of the image of the cores' state. */
    static final int IMAGE = 2;
    /** A piece of a memory that the image names: its number, the piece's offset, its bytes. */
    static final int MEMORY = 3;
    /** The recording's end. Text: why. */
    static final int END = 4;

    /** Of a custom block: enterprise number, magic, type of content, and the content's length. */
    static final int CUSTOM_HEAD_BYTES = 4 + 8 + 4 + 4;

    static final int EVENT_HEAD_BYTES = 4 + 8;

    private Pcapng() {}
}
