package dev.sluice.engine.net;

import dev.sluice.natives.net.DatagramCalls;
import dev.sluice.natives.net.Errno;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.List;
import java.util.function.ToIntFunction;

/**
 * Stands for Linux: takes messages or answers what a test says, with sendmmsg's ways. Reads the structures by offsets of its own,
 * from the kernel's headers. Confined to one test.
 */
final class FakeKernel implements DatagramCalls {
    /** One message as it came. */
    record Message(int descriptor, int port, byte[] bytes, int segmentBytes) {
        int datagrams() {
            return segmentBytes == 0 ? 1 : (bytes.length + segmentBytes - 1) / segmentBytes;
        }
    }

    /** One datagram as it leaves. */
    record Datagram(int port, byte[] bytes) {}

    final List<Message> messages = new ArrayList<>();
    int calls;
    int closed;
    /** The error for a message; 0 takes it. */
    ToIntFunction<Message> answer = message -> 0;

    @Override
    public int receive(int descriptor, long messages, int count) {
        return -Errno.EAGAIN;
    }

    @Override
    public int send(int descriptor, long vector, int count) {
        calls++;
        for (int i = 0; i < count; i++) {
            Message message = message(descriptor, vector + i * 64L);
            int error = answer.applyAsInt(message);
            if (error != 0) {
                return i > 0 ? i : -error;
            }
            messages.add(message);
        }
        return count;
    }

    private static Message message(int descriptor, long address) {
        MemorySegment header = MemorySegment.ofAddress(address).reinterpret(64);
        MemorySegment name = pointer(header, 0, header.get(ValueLayout.JAVA_INT, 8));
        MemorySegment vector = pointer(header, 16, 16);
        MemorySegment payload = pointer(vector, 0, vector.get(ValueLayout.JAVA_LONG, 8));
        long controlBytes = header.get(ValueLayout.JAVA_LONG, 40);
        int segmentBytes = 0;
        if (controlBytes != 0) {
            MemorySegment control = pointer(header, 32, controlBytes);
            require(control.get(ValueLayout.JAVA_LONG, 0) == 18, "cmsg_len");
            require(control.get(ValueLayout.JAVA_INT, 8) == 17, "SOL_UDP");
            require(control.get(ValueLayout.JAVA_INT, 12) == 103, "UDP_SEGMENT");
            segmentBytes = control.get(ValueLayout.JAVA_SHORT, 16) & 0xffff;
        }
        int family = name.get(ValueLayout.JAVA_SHORT, 0);
        require(family == 2 && name.byteSize() == 16 || family == 10 && name.byteSize() == 28, "sockaddr");
        require(header.get(ValueLayout.JAVA_LONG, 24) == 1, "msg_iovlen");
        int port = (name.get(ValueLayout.JAVA_BYTE, 2) & 0xff) << 8 | name.get(ValueLayout.JAVA_BYTE, 3) & 0xff;
        return new Message(descriptor, port, payload.toArray(ValueLayout.JAVA_BYTE), segmentBytes);
    }

    private static MemorySegment pointer(MemorySegment segment, long offset, long lengthBytes) {
        return MemorySegment.ofAddress(segment.get(ValueLayout.JAVA_LONG, offset))
                .reinterpret(lengthBytes);
    }

    private static void require(boolean condition, String what) {
        if (!condition) {
            throw new AssertionError(what);
        }
    }

    /** What leaves when the messages are cut, in order. */
    List<Datagram> datagrams() {
        List<Datagram> datagrams = new ArrayList<>();
        for (Message message : messages) {
            int step = message.segmentBytes() == 0 ? Math.max(1, message.bytes().length) : message.segmentBytes();
            for (int from = 0; from == 0 || from < message.bytes().length; from += step) {
                byte[] bytes = java.util.Arrays.copyOfRange(
                        message.bytes(), from, Math.min(message.bytes().length, from + step));
                datagrams.add(new Datagram(message.port(), bytes));
            }
        }
        return datagrams;
    }

    @Override
    public long sendCalls() {
        return calls;
    }

    @Override
    public void close() {
        closed++;
    }
}
