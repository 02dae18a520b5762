package dev.sluice.signaling.config;

import com.typesafe.config.ConfigObject;
import java.util.List;

/**
 * Pages that may play and publish. Immutable.
 *
 * @param play null: nothing said
 * @param publish null: nothing said
 */
public record PageOrigins(OriginRule play, OriginRule publish) {
    public static final PageOrigins NONE = new PageOrigins(null, null);
    static final PageOrigins DEFAULTS = new PageOrigins(OriginRule.ANY, OriginRule.SAME);

    static PageOrigins read(Section root) throws ConfigException {
        if (!root.has("origins")) {
            return NONE;
        }
        if (root.value("origins") instanceof ConfigObject) {
            Section origins = root.section("origins", List.of("play", "publish"));
            return new PageOrigins(rule(origins, "play"), rule(origins, "publish"));
        }
        OriginRule both = rule(root, "origins");
        return new PageOrigins(both, both);
    }

    private static OriginRule rule(Section section, String key) throws ConfigException {
        return section.has(key) ? OriginRule.parse(section.list(key, OriginRule::parseOrigin)) : null;
    }

    /** What is said here, then what is said there. */
    PageOrigins or(PageOrigins others) {
        return new PageOrigins(play == null ? others.play : play, publish == null ? others.publish : publish);
    }
}
