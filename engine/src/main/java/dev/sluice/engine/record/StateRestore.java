package dev.sluice.engine.record;

import java.io.DataInputStream;
import java.io.IOException;
import java.io.UTFDataFormatException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.reflect.Array;
import java.lang.reflect.Constructor;
import java.lang.reflect.Field;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicLongArray;

/**
 * Makes objects again of a {@link StateImage}. Takes no class but those of the protocol cores, and no more memory than a
 * multiple of the image's size. Confined to one thread.
 */
final class StateRestore {
    private static final int MAX_DEPTH = 64;
    private static final long MAX_LOG_BYTES = 1L << 28;

    private final DataInputStream in;
    private final Map<String, Object> outside;
    private final List<MemorySegment> logs;
    private final List<Object> known = new ArrayList<>();
    private int depth;

    /**
     * @param outside by the declared type's name, what stands where something was left out
     * @param logs takes the memory of logs, to be filled
     */
    StateRestore(DataInputStream in, Map<String, Object> outside, List<MemorySegment> logs) {
        this.in = in;
        this.outside = outside;
        this.logs = logs;
    }

    /** The next root. */
    Object next() throws IOException {
        try {
            return value();
        } catch (UTFDataFormatException e) {
            throw new RecordingFormatException("its image of the engine's state is damaged");
        } catch (ReflectiveOperationException | IllegalArgumentException | ClassCastException e) {
            throw new RecordingFormatException(
                    "its image of the engine's state does not fit this version: " + e.getMessage());
        }
    }

    private Object value() throws IOException, ReflectiveOperationException {
        int tag = in.readUnsignedByte();
        return switch (tag) {
            case StateTag.NULL -> null;
            case StateTag.KNOWN -> {
                int number = in.readInt();
                if (number < 0 || number >= known.size()) {
                    throw new RecordingFormatException("its image of the engine's state is damaged");
                }
                yield known.get(number);
            }
            case StateTag.OBJECT -> nested(this::object);
            case StateTag.ARRAY -> nested(this::array);
            case StateTag.LIST -> nested(this::list);
            case StateTag.TEXT -> in.readUTF();
            case StateTag.LONG -> in.readLong();
            case StateTag.CONSTANT -> constant();
            case StateTag.ATOMIC -> remember(new AtomicLong(in.readLong()));
            case StateTag.ATOMICS -> {
                long[] values = new long[length(Long.BYTES)];
                for (int i = 0; i < values.length; i++) {
                    values[i] = in.readLong();
                }
                yield remember(new AtomicLongArray(values));
            }
            case StateTag.OUTSIDE -> outside.get(in.readUTF());
            case StateTag.MEMORY -> {
                byte[] bytes = in.readNBytes(length(1));
                MemorySegment memory = Arena.ofAuto().allocate(bytes.length, 64);
                yield memory.copyFrom(MemorySegment.ofArray(bytes));
            }
            case StateTag.LOG -> log();
            default -> throw new RecordingFormatException("its image of the engine's state is damaged");
        };
    }

    private interface Reading {
        Object read() throws IOException, ReflectiveOperationException;
    }

    private Object nested(Reading reading) throws IOException, ReflectiveOperationException {
        if (++depth > MAX_DEPTH) {
            throw new RecordingFormatException("its image of the engine's state is too deep");
        }
        Object value = reading.read();
        depth--;
        return value;
    }

    private <T> T remember(T value) {
        known.add(value);
        return value;
    }

    /** Of so many elements that may still come. */
    private int length(int elementBytes) throws IOException {
        int length = in.readInt();
        if (length < 0 || (long) length * elementBytes > in.available()) {
            throw new RecordingFormatException("its image of the engine's state is cut");
        }
        return length;
    }

    private MemorySegment log() throws IOException {
        int number = in.readInt();
        long size = in.readLong();
        if (number != logs.size() || size < 1 || size > MAX_LOG_BYTES || number > 32) {
            throw new RecordingFormatException("its image of the engine's state is damaged");
        }
        MemorySegment memory = Arena.ofAuto().allocate(size, 64);
        logs.add(memory);
        return remember(memory);
    }

    private Object constant() throws IOException, ReflectiveOperationException {
        Class<?> type = ofCores(in.readUTF());
        String name = in.readUTF();
        for (Object constant : type.isEnum() ? type.getEnumConstants() : new Object[0]) {
            if (((Enum<?>) constant).name().equals(name)) {
                return constant;
            }
        }
        throw new ClassNotFoundException(type + "." + name);
    }

    private Object list() throws IOException, ReflectiveOperationException {
        int length = length(1);
        List<Object> list = remember(new ArrayList<>());
        for (int i = 0; i < length; i++) {
            list.add(value());
        }
        return list;
    }

    private Object array() throws IOException, ReflectiveOperationException {
        String name = in.readUTF();
        Class<?> element = Class.forPrimitiveName(name);
        Class<?> type = element != null ? element : name.equals("java.lang.String") ? String.class : ofCores(name);
        Object array = remember(Array.newInstance(type, length(element == boolean.class ? 1 : bytesOf(element))));
        for (int i = 0; i < Array.getLength(array); i++) {
            Array.set(array, i, element != null ? primitive(element) : value());
        }
        return array;
    }

    private static int bytesOf(Class<?> primitive) {
        return primitive == long.class || primitive == double.class
                ? Long.BYTES
                : primitive == int.class || primitive == float.class ? Integer.BYTES : 1;
    }

    private Object primitive(Class<?> type) throws IOException {
        return switch (type.getName()) {
            case "boolean" -> in.readBoolean();
            case "byte" -> in.readByte();
            case "short" -> in.readShort();
            case "int" -> in.readInt();
            case "long" -> in.readLong();
            case "float" -> in.readFloat();
            case "double" -> in.readDouble();
            default -> throw new RecordingFormatException("its image of the engine's state is damaged");
        };
    }

    private static Class<?> ofCores(String name) throws IOException, ClassNotFoundException {
        // Names of no class of ours are not even looked up.
        if (!StateTag.isNameOfCores(name)) {
            throw new RecordingFormatException("its image of the engine's state has a " + name.length()
                    + " characters long name that is no class of the engine");
        }
        return Class.forName(name, false, StateRestore.class.getClassLoader());
    }

    private Object object() throws IOException, ReflectiveOperationException {
        Class<?> type = ofCores(in.readUTF());
        if (!StateTag.isOfCores(type) || type.isInterface()) {
            throw new ClassNotFoundException(type.getName());
        }
        StateTag.Shape shape = StateTag.shape(type);
        if (in.readInt() != shape.fingerprint()) {
            throw new RecordingFormatException(
                    "it was made by another version of the engine: " + type.getSimpleName() + " has other fields here");
        }
        return type.isRecord() ? record(type, shape.fields()) : plain(type, shape.fields());
    }

    private Object plain(Class<?> type, List<Field> fields) throws IOException, ReflectiveOperationException {
        Object object = remember(StateTag.blank(type));
        for (Field field : fields) {
            field.set(object, field(field));
        }
        return object;
    }

    private Object record(Class<?> type, List<Field> fields) throws IOException, ReflectiveOperationException {
        int number = known.size();
        known.add(null);
        Object[] values = new Object[fields.size()];
        Class<?>[] types = new Class<?>[fields.size()];
        for (int i = 0; i < values.length; i++) {
            types[i] = fields.get(i).getType();
            values[i] = field(fields.get(i));
        }
        Constructor<?> constructor = type.getDeclaredConstructor(types);
        constructor.setAccessible(true);
        Object made = constructor.newInstance(values);
        known.set(number, made);
        return made;
    }

    private Object field(Field field) throws IOException, ReflectiveOperationException {
        return field.getType().isPrimitive() ? primitive(field.getType()) : value();
    }
}
