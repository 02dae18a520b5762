package dev.sluice.engine.rtp;

import java.lang.foreign.MemorySegment;

/** The picture's size out of an H.264 sequence parameter set (H.264 section 7.3.2.1.1). Stateless. */
final class H264ParameterSet {
    private static final int MAX_REFERENCES_IN_CYCLE = 255;

    private H264ParameterSet() {}

    /** Width and height as {@link Codec#dimensions} packs them, of the NAL unit at {@code offset}; 0 when it is broken. */
    static int dimensions(MemorySegment segment, long offset, int lengthBytes) {
        BitReader in = new BitReader(segment, offset, lengthBytes, true);
        in.skip(8);
        int profile = (int) in.bits(8);
        in.skip(16);
        in.unsignedExpGolomb();
        int chromaFormat = hasChromaFormat(profile) ? chromaFormat(in) : 1;
        in.unsignedExpGolomb();
        skipPictureOrder(in);
        in.unsignedExpGolomb();
        in.skip(1);
        long widthInMacroblocks = in.unsignedExpGolomb() + 1;
        long heightInMapUnits = in.unsignedExpGolomb() + 1;
        int fieldFactor = in.flag() ? 1 : 2;
        in.skip(fieldFactor == 2 ? 2 : 1);
        long cropWidth = 0;
        long cropHeight = 0;
        if (in.flag()) {
            cropWidth = in.unsignedExpGolomb() + in.unsignedExpGolomb();
            cropHeight = in.unsignedExpGolomb() + in.unsignedExpGolomb();
        }
        int cropUnitX = chromaFormat == 1 || chromaFormat == 2 ? 2 : 1;
        int cropUnitY = (chromaFormat == 1 ? 2 : 1) * fieldFactor;
        return in.overrun()
                ? 0
                : Codec.packDimensions(
                        16 * widthInMacroblocks - cropUnitX * cropWidth,
                        16 * fieldFactor * heightInMapUnits - cropUnitY * cropHeight);
    }

    private static boolean hasChromaFormat(int profile) {
        return switch (profile) {
            case 100, 110, 122, 244, 44, 83, 86, 118, 128, 138, 139, 134, 135 -> true;
            default -> false;
        };
    }

    /** Reads the part that only the high profiles have. */
    private static int chromaFormat(BitReader in) {
        int chromaFormat = (int) in.unsignedExpGolomb();
        in.skip(chromaFormat == 3 ? 1 : 0);
        in.unsignedExpGolomb();
        in.unsignedExpGolomb();
        in.skip(1);
        if (in.flag()) {
            for (int i = 0; i < (chromaFormat == 3 ? 12 : 8); i++) {
                if (in.flag()) {
                    skipScalingList(in, i < 6 ? 16 : 64);
                }
            }
        }
        return chromaFormat;
    }

    private static void skipScalingList(BitReader in, int size) {
        int lastScale = 8;
        int nextScale = 8;
        for (int i = 0; i < size && nextScale != 0 && !in.overrun(); i++) {
            nextScale = (int) (lastScale + in.signedExpGolomb() + 256) & 0xff;
            lastScale = nextScale == 0 ? lastScale : nextScale;
        }
    }

    private static void skipPictureOrder(BitReader in) {
        long type = in.unsignedExpGolomb();
        if (type == 0) {
            in.unsignedExpGolomb();
        } else if (type == 1) {
            in.skip(1);
            in.signedExpGolomb();
            in.signedExpGolomb();
            long references = in.unsignedExpGolomb();
            for (int i = 0; i < references && i < MAX_REFERENCES_IN_CYCLE && !in.overrun(); i++) {
                in.signedExpGolomb();
            }
        }
    }
}
