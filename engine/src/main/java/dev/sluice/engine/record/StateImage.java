package dev.sluice.engine.record;

import java.io.ByteArrayOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.reflect.Array;
import java.lang.reflect.Field;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.Type;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicLongArray;

/**
 * An image of objects of the protocol cores and of all that they refer to, field by field: what they knew when a recording
 * began, so that a replay begins with the same. Only objects of those packages are taken, plain values and a few of the JDK's
 * classes; what else a field refers to (loops, streams, peers with their keys) is left out and named. Each class stands there
 * with a fingerprint of its fields. One image may be made of several roots, by one thread after the other. Confined to one
 * thread at a time.
 */
public final class StateImage {
    /** Whose memory is of logs. */
    private static final Set<String> OF_LOGS = Set.of("PacketLog", "PacketLogReader");
    /** Who owns memory besides; elsewhere a segment is a view of a packet that is over. */
    private static final Set<String> OWNERS = Set.of("HeldPackets", "RepeatablePackets");

    private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    private final DataOutputStream out = new DataOutputStream(bytes);
    private final Map<Object, Integer> known = new IdentityHashMap<>();
    private final List<MemorySegment> memories = new ArrayList<>();
    private final Set<Class<?>> outside;

    /** @param outside declared types of fields that are left out */
    public StateImage(Set<Class<?>> outside) {
        this.outside = outside;
    }

    /**
     * Makes ready what is needed for an object of this class and all that it may refer to, by an image of such objects without
     * content: the first look at a class and its fields would take a loop several times as long.
     */
    public void prepare(Class<?> root) {
        List<Object> samples = new ArrayList<>(
                List.of("", 0L, new AtomicLong(), new AtomicLongArray(1), new byte[1], new int[1], new long[1]));
        Set<Class<?>> seen = new HashSet<>();
        Queue<Type> open = new ArrayDeque<>();
        open.add(root);
        try {
            for (Type type = open.poll(); type != null; type = open.poll()) {
                switch (type) {
                    case ParameterizedType generic -> open.addAll(List.of(generic.getActualTypeArguments()));
                    case Class<?> array when array.isArray() -> open.add(array.getComponentType());
                    case Class<?> plain
                    when !outside.contains(plain) && StateTag.isOfCores(plain) && seen.add(plain) -> {
                        samples.add(StateTag.blank(plain));
                        StateTag.shape(plain).fields().forEach(field -> open.add(field.getGenericType()));
                    }
                    default -> {}
                }
            }
        } catch (ReflectiveOperationException e) {
            throw new IllegalStateException(e);
        }
        new StateImage(outside).add(samples);
    }

    /** Adds an object and what it refers to and is not in the image yet; null is one, too. */
    public void add(Object root) {
        try {
            value(root, Object.class);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (IllegalAccessException e) {
            throw new IllegalStateException(e);
        }
    }

    /** Of the image, logs included. */
    public long lengthBytes() {
        return bytes.size()
                + memories.stream().mapToLong(MemorySegment::byteSize).sum();
    }

    byte[] bytes() {
        return bytes.toByteArray();
    }

    /** Logs, which are read later: they are large, and what is written to them meanwhile is after what was there. */
    List<MemorySegment> memories() {
        return memories;
    }

    private void value(Object value, Class<?> declared) throws IOException, IllegalAccessException {
        if (value == null) {
            out.writeByte(StateTag.NULL);
            return;
        }
        Integer number = known.get(value);
        if (number != null) {
            out.writeByte(StateTag.KNOWN);
            out.writeInt(number);
            return;
        }
        if (outside.contains(declared)) {
            outside(declared);
            return;
        }
        switch (value) {
            case String text -> tagged(StateTag.TEXT, text);
            case Long number64 -> {
                out.writeByte(StateTag.LONG);
                out.writeLong(number64);
            }
            case Enum<?> constant -> {
                tagged(StateTag.CONSTANT, constant.getDeclaringClass().getName());
                out.writeUTF(constant.name());
            }
            case List<?> list -> list(list);
            case AtomicLong atomic -> {
                remember(value);
                out.writeByte(StateTag.ATOMIC);
                out.writeLong(atomic.get());
            }
            case AtomicLongArray atomics -> {
                remember(value);
                out.writeByte(StateTag.ATOMICS);
                out.writeInt(atomics.length());
                for (int i = 0; i < atomics.length(); i++) {
                    out.writeLong(atomics.get(i));
                }
            }
            default -> {
                if (value.getClass().isArray()) {
                    array(value);
                } else if (StateTag.isOfCores(value.getClass())) {
                    object(value);
                } else {
                    outside(declared);
                }
            }
        }
    }

    private void outside(Class<?> declared) throws IOException {
        tagged(StateTag.OUTSIDE, declared.getName());
    }

    private void tagged(int tag, String text) throws IOException {
        out.writeByte(tag);
        out.writeUTF(text);
    }

    private void remember(Object value) {
        known.put(value, known.size());
    }

    private void list(List<?> list) throws IOException, IllegalAccessException {
        remember(list);
        out.writeByte(StateTag.LIST);
        out.writeInt(list.size());
        for (Object element : list) {
            value(element, Object.class);
        }
    }

    private void array(Object array) throws IOException, IllegalAccessException {
        remember(array);
        Class<?> element = array.getClass().getComponentType();
        int length = Array.getLength(array);
        tagged(StateTag.ARRAY, element.getName());
        out.writeInt(length);
        // The long ones at once: a loop waits for this.
        switch (array) {
            case byte[] octets -> out.write(octets);
            case int[] numbers -> {
                ByteBuffer copy = ByteBuffer.allocate(length * Integer.BYTES);
                copy.asIntBuffer().put(numbers);
                out.write(copy.array());
            }
            case long[] numbers -> {
                ByteBuffer copy = ByteBuffer.allocate(length * Long.BYTES);
                copy.asLongBuffer().put(numbers);
                out.write(copy.array());
            }
            default -> {
                for (int i = 0; i < length; i++) {
                    if (element.isPrimitive()) {
                        primitive(Array.get(array, i));
                    } else {
                        value(Array.get(array, i), element);
                    }
                }
            }
        }
    }

    private void primitive(Object value) throws IOException {
        switch (value) {
            case Boolean bit -> out.writeBoolean(bit);
            case Byte number -> out.writeByte(number);
            case Short number -> out.writeShort(number);
            case Integer number -> out.writeInt(number);
            case Long number -> out.writeLong(number);
            case Float number -> out.writeFloat(number);
            case Double number -> out.writeDouble(number);
            default -> throw new IllegalStateException("no image of " + value.getClass());
        }
    }

    private void object(Object value) throws IOException, IllegalAccessException {
        remember(value);
        StateTag.Shape shape = StateTag.shape(value.getClass());
        tagged(StateTag.OBJECT, value.getClass().getName());
        out.writeInt(shape.fingerprint());
        for (Field field : shape.fields()) {
            Class<?> declared = field.getType();
            if (declared.isPrimitive()) {
                primitive(field.get(value));
            } else if (declared == MemorySegment.class) {
                memory(value, (MemorySegment) field.get(value));
            } else {
                value(field.get(value), declared);
            }
        }
    }

    /** What is behind is another stream's that had this memory before. */
    private static long usedBytes(Object log, MemorySegment memory) throws IllegalAccessException {
        for (Field field : StateTag.shape(log.getClass()).fields()) {
            if (field.getName().equals("tail")) {
                return Math.min(field.getLong(log), memory.byteSize());
            }
        }
        throw new IllegalStateException("a log's memory where there is no log");
    }

    private void memory(Object owner, MemorySegment memory) throws IOException, IllegalAccessException {
        String name = owner.getClass().getSimpleName();
        boolean ofLog = OF_LOGS.contains(name);
        if (memory == null || !ofLog && !OWNERS.contains(name)) {
            out.writeByte(StateTag.NULL);
        } else if (ofLog && known.containsKey(memory)) {
            value(memory, MemorySegment.class);
        } else if (ofLog) {
            remember(memory);
            out.writeByte(StateTag.LOG);
            out.writeInt(memories.size());
            out.writeLong(memory.byteSize());
            memories.add(memory.asSlice(0, usedBytes(owner, memory)));
        } else {
            out.writeByte(StateTag.MEMORY);
            byte[] content = memory.toArray(ValueLayout.JAVA_BYTE);
            out.writeInt(content.length);
            out.write(content);
        }
    }
}
