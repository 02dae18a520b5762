package dev.sluice.engine.record;

import java.lang.reflect.Constructor;
import java.lang.reflect.Field;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.util.ArrayList;
import java.util.List;

/** What stands before each value of an image, and which classes it may be of. Stateless. */
final class StateTag {
    static final int NULL = 0;
    /** One that came before: its number. */
    static final int KNOWN = 1;

    static final int OBJECT = 2;
    static final int ARRAY = 3;
    static final int LIST = 4;
    static final int TEXT = 5;
    static final int LONG = 6;
    static final int CONSTANT = 7;
    static final int ATOMIC = 8;
    static final int ATOMICS = 9;
    /** Left out: the field's type. */
    static final int OUTSIDE = 10;
    /** Memory: its bytes. */
    static final int MEMORY = 11;
    /** A log's memory: its number and size. */
    static final int LOG = 12;

    private static final String ENGINE = "dev.sluice.engine.";
    private static final List<String> CORES = List.of("peer.", "rtp.", "rtcp.", "congestion.", "sdp.");

    /**
     * What an image's reader has to agree on with its writer about a class. Immutable.
     *
     * @param fields in the order of their declaration
     * @param fingerprint of their names and types
     */
    record Shape(List<Field> fields, int fingerprint) {}

    private static final ClassValue<Shape> SHAPES = new ClassValue<>() {
        @Override
        protected Shape computeValue(Class<?> type) {
            List<Field> fields = new ArrayList<>();
            StringBuilder text = new StringBuilder();
            for (Field field : type.getDeclaredFields()) {
                if (!Modifier.isStatic(field.getModifiers())) {
                    field.setAccessible(true);
                    fields.add(field);
                    text.append(field.getName())
                            .append(' ')
                            .append(field.getType().getName())
                            .append(';');
                }
            }
            return new Shape(List.copyOf(fields), text.toString().hashCode());
        }
    };

    private StateTag() {}

    /** Of the protocol cores, which extend nothing; the one that has keys is not taken. */
    static boolean isOfCores(Class<?> type) {
        return isNameOfCores(type.getName())
                && (type.getSuperclass() == Object.class || type.getSuperclass() == Record.class);
    }

    static boolean isNameOfCores(String name) {
        return name.startsWith(ENGINE)
                && !name.equals(ENGINE + "peer.Peer")
                && CORES.stream().anyMatch(core -> name.startsWith(core, ENGINE.length()));
    }

    static Shape shape(Class<?> type) {
        return SHAPES.get(type);
    }

    /**
     * An object whose constructor has not run, as deserialization makes it. By name, because the compiler warns of whoever
     * names this class.
     */
    static Object blank(Class<?> type) throws ReflectiveOperationException {
        Class<?> factory = Class.forName("sun.reflect.ReflectionFactory");
        Object instance = factory.getMethod("getReflectionFactory").invoke(null);
        Method of = factory.getMethod("newConstructorForSerialization", Class.class, Constructor.class);
        Constructor<?> made = (Constructor<?>) of.invoke(instance, type, Object.class.getDeclaredConstructor());
        return made.newInstance();
    }
}
