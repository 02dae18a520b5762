package dev.sluice.engine.sdp;

import dev.sluice.engine.rtp.ExtensionType;
import java.util.Arrays;
import java.util.Map;
import java.util.Set;

/** The header extensions negotiated for one track, each with its id on the wire (RFC 8285). Immutable. */
public final class HeaderExtensions {
    /** Highest id of the one-byte form. */
    static final int MAX_ONE_BYTE_ID = 14;

    private static final ExtensionType[] TYPES = ExtensionType.values();

    public static final HeaderExtensions NONE = new HeaderExtensions();

    private final int[] ids = new int[TYPES.length];

    private HeaderExtensions() {}

    /** @param ids 1 to 255 each */
    public static HeaderExtensions of(Map<ExtensionType, Integer> ids) {
        HeaderExtensions extensions = new HeaderExtensions();
        ids.forEach((type, id) -> extensions.ids[type.ordinal()] = id);
        return extensions;
    }

    /** Ids of our own choice, as our offers have them: {@code ordinal() + 1}, because 0 is no id. */
    static HeaderExtensions canonical(Set<ExtensionType> types) {
        HeaderExtensions canonical = new HeaderExtensions();
        types.forEach(type -> canonical.ids[type.ordinal()] = type.ordinal() + 1);
        return canonical;
    }

    /** 1 to 255, or 0 when the extension is not negotiated. */
    public int id(ExtensionType type) {
        return ids[type.ordinal()];
    }

    /** What has this id, or null. */
    public ExtensionType type(int id) {
        for (ExtensionType type : TYPES) {
            if (id > 0 && ids[type.ordinal()] == id) {
                return type;
            }
        }
        return null;
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof HeaderExtensions that && Arrays.equals(ids, that.ids);
    }

    @Override
    public int hashCode() {
        return Arrays.hashCode(ids);
    }

    @Override
    public String toString() {
        StringBuilder text = new StringBuilder("{");
        for (ExtensionType type : TYPES) {
            if (id(type) != 0) {
                text.append(text.length() > 1 ? ", " : "")
                        .append(type)
                        .append('=')
                        .append(id(type));
            }
        }
        return text.append('}').toString();
    }
}
