package dev.sluice.engine.record;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.sluice.engine.rtcp.NtpTime;
import dev.sluice.engine.rtp.SequenceExtender;
import dev.sluice.engine.sdp.CodecFormat;
import dev.sluice.engine.sdp.MediaKind;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;

class StateImageTest {
    private final StateImage image = new StateImage(Set.of());

    private static StateRestore restore(byte[] bytes) {
        return new StateRestore(new DataInputStream(new ByteArrayInputStream(bytes)), Map.of(), new ArrayList<>());
    }

    @Test
    void shouldMakeObjectsThatGoOnWhereTheirModelsWere() throws IOException {
        SequenceExtender extender = new SequenceExtender();
        extender.extend(65_535);
        extender.extend(2);
        CodecFormat format = new CodecFormat(MediaKind.VIDEO, "H264", 90_000, 0, "profile-level-id=42e01f");
        image.add(List.of(extender, format, new NtpTime(5, 7), extender, 9L, "text"));
        List<?> made = (List<?>) restore(image.bytes()).next();
        assertEquals(extender.extend(3), ((SequenceExtender) made.getFirst()).extend(3));
        assertEquals(format, made.get(1));
        assertEquals(new NtpTime(5, 7).at(100), ((NtpTime) made.get(2)).at(100));
        assertEquals(made.getFirst(), made.get(3));
        assertEquals(9L, made.get(4));
        assertEquals("text", made.get(5));
    }

    @Test
    void shouldTakeNoOtherClassThanTheCores() throws IOException {
        for (String name :
                List.of("java.util.ArrayList", "dev.sluice.engine.peer.Peer", "dev.sluice.engine.net.Bell")) {
            ByteArrayOutputStream bytes = new ByteArrayOutputStream();
            DataOutputStream out = new DataOutputStream(bytes);
            out.writeByte(StateTag.OBJECT);
            out.writeUTF(name);
            out.writeInt(0);
            assertThrows(
                    RecordingFormatException.class,
                    () -> restore(bytes.toByteArray()).next(),
                    name);
        }
    }

    private record Narrow(int value) {}

    private record Wide(long value) {}

    private record Named(int other) {}

    @Test
    void shouldTellClassesApartByTheirFieldsNamesAndTypes() {
        int narrow = StateTag.shape(Narrow.class).fingerprint();
        assertNotEquals(narrow, StateTag.shape(Wide.class).fingerprint());
        assertNotEquals(narrow, StateTag.shape(Named.class).fingerprint());
    }

    @Test
    void shouldNameTheClassWhenItHadOtherFields() throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        DataOutputStream out = new DataOutputStream(bytes);
        out.writeByte(StateTag.OBJECT);
        out.writeUTF(SequenceExtender.class.getName());
        out.writeInt(StateTag.shape(SequenceExtender.class).fingerprint() + 1);
        RecordingFormatException refused =
                assertThrows(RecordingFormatException.class, () -> restore(bytes.toByteArray())
                        .next());
        assertEquals(
                "it was made by another version of the engine: SequenceExtender has other fields here",
                refused.getMessage());
    }

    @Test
    void shouldMakeSomethingOrRefuseWhateverTheBytes() {
        image.add(new SequenceExtender());
        image.add(new ArrayList<>(List.of(new NtpTime(1, 2), 3L)));
        image.add(new CodecFormat(MediaKind.AUDIO, "opus", 48_000, 2, ""));
        byte[] whole = image.bytes();
        Random random = new Random(3);
        for (int i = 0; i < 20_000; i++) {
            byte[] changed = Arrays.copyOf(whole, random.nextInt(8) == 0 ? random.nextInt(whole.length) : whole.length);
            for (int k = random.nextInt(3); k >= 0 && changed.length > 0; k--) {
                changed[random.nextInt(changed.length)] = (byte) random.nextInt();
            }
            StateRestore restore = restore(changed);
            try {
                for (int k = 0; k < 3; k++) {
                    Object ignored = restore.next();
                }
            } catch (IOException e) {
                // Refused.
                continue;
            }
        }
    }
}
