package dev.sluice.engine.rtp;

import java.util.function.ToIntFunction;

/**
 * Which id each header extension has with one peer, as its SDP negotiated it (RFC 8285 section 5), both ways. Immutable.
 */
public final class ExtensionMap {
    private static final ExtensionType[] TYPES = ExtensionType.values();
    private static final int MAX_ID = 255;

    private final int[] idOfType = new int[TYPES.length];
    /** Up to the highest id in use: usually below 16, and each player has two of these. */
    private final ExtensionType[] typeOfId;

    /**
     * Takes the ids from a function: 1 … 255, or 0 for what was not negotiated. Of two types with one id the first in
     * the enum's order has it.
     *
     * @throws IllegalArgumentException for an id that is no 8-bit number
     */
    public ExtensionMap(ToIntFunction<ExtensionType> ids) {
        int highest = 0;
        for (ExtensionType type : TYPES) {
            int id = ids.applyAsInt(type);
            if (id < 0 || id > MAX_ID) {
                throw new IllegalArgumentException("header extension id " + id + " of " + type + " is not in 0..255");
            }
            idOfType[type.ordinal()] = id;
            highest = Math.max(highest, id);
        }
        typeOfId = new ExtensionType[highest + 1];
        for (ExtensionType type : TYPES) {
            int id = idOfType[type.ordinal()];
            if (id == 0) {
                continue;
            }
            if (typeOfId[id] == null) {
                typeOfId[id] = type;
            } else {
                idOfType[type.ordinal()] = 0;
            }
        }
    }

    /** 1 … 255, or 0 when this type was not negotiated. */
    public int id(ExtensionType type) {
        return idOfType[type.ordinal()];
    }

    /** The type behind an id of 0 … 255, or null. */
    public ExtensionType type(int id) {
        return id < typeOfId.length ? typeOfId[id] : null;
    }

    /** The id of the type with this ordinal; 0 for a number that is no type's. */
    int idOfOrdinal(int ordinal) {
        return ordinal >= 0 && ordinal < idOfType.length ? idOfType[ordinal] : 0;
    }
}
