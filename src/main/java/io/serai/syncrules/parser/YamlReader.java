package io.serai.syncrules.parser;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.snakeyaml.engine.v2.api.LoadSettings;
import org.snakeyaml.engine.v2.api.lowlevel.Parse;
import org.snakeyaml.engine.v2.common.Anchor;
import org.snakeyaml.engine.v2.common.ScalarStyle;
import org.snakeyaml.engine.v2.events.AliasEvent;
import org.snakeyaml.engine.v2.events.CollectionStartEvent;
import org.snakeyaml.engine.v2.events.DocumentStartEvent;
import org.snakeyaml.engine.v2.events.Event;
import org.snakeyaml.engine.v2.events.MappingStartEvent;
import org.snakeyaml.engine.v2.events.NodeEvent;
import org.snakeyaml.engine.v2.events.ScalarEvent;
import org.snakeyaml.engine.v2.exceptions.Mark;
import org.snakeyaml.engine.v2.exceptions.MarkedYamlEngineException;
import org.snakeyaml.engine.v2.exceptions.YamlEngineException;

/** Reads one YAML document into nodes that know their places. Confined to one thread. */
final class YamlReader {
    private static final int MAX_DEPTH = 50;

    private final String text;
    private final int[] unitsOfCodePoints;
    private final Deque<Open> open = new ArrayDeque<>();
    private final Map<Anchor, YamlNode> anchors = new HashMap<>();
    private @Nullable YamlNode root;
    private int documents;

    private YamlReader(String text) {
        this.text = text;
        this.unitsOfCodePoints = unitsOfCodePoints(text);
    }

    /**
     * The only document of {@code text}, or empty when it has none.
     *
     * @throws YamlSyntaxException when it is not YAML
     */
    static Optional<YamlNode> read(String text) {
        return new YamlReader(text).read();
    }

    private Optional<YamlNode> read() {
        // SnakeYAML Engine 3.0.1 fails where its buffer ends within a surrogate pair, so the buffer takes the whole
        // text.
        LoadSettings settings = LoadSettings.builder()
                .setUseMarks(true)
                .setBufferSize(text.length() + 1)
                .build();
        int end = 0;
        try {
            for (Event event : new Parse(settings).parseString(text)) {
                take(event);
                end = span(event).end();
            }
        } catch (MarkedYamlEngineException e) {
            throw new YamlSyntaxException(
                    e.getProblem(), spanAt(e.getProblemMark().or(e::getContextMark)));
        } catch (YamlEngineException e) {
            throw new YamlSyntaxException(String.valueOf(e.getMessage()), new Span(0, text.length()));
        } catch (NumberFormatException e) {
            // SnakeYAML Engine so refuses the code of an escape that the text cuts off, or that is no character's.
            throw new YamlSyntaxException("an escape names no character", new Span(end, text.length()));
        }
        return Optional.ofNullable(root);
    }

    private void take(Event event) {
        switch (event) {
            case DocumentStartEvent start -> {
                if (++documents > 1) {
                    throw new YamlSyntaxException("only one document is allowed", span(start));
                }
            }
            case ScalarEvent scalar ->
                add(scalar, new YamlNode.Scalar(span(scalar), scalar.getValue(), style(scalar.getScalarStyle())));
            case AliasEvent alias -> add(alias, anchored(alias));
            case CollectionStartEvent start -> {
                if (open.size() >= MAX_DEPTH) {
                    throw new YamlSyntaxException("more than " + MAX_DEPTH + " levels", span(start));
                }
                open.push(new Open(start));
            }
            default -> {
                if (event.getEventId() == Event.ID.MappingEnd || event.getEventId() == Event.ID.SequenceEnd) {
                    Open closed = open.pop();
                    add(closed.start, closed.node(span(closed.start).to(span(event))));
                }
            }
        }
    }

    private YamlNode anchored(AliasEvent alias) {
        YamlNode node = anchors.get(alias.getAlias());
        if (node == null) {
            throw new YamlSyntaxException("no node is named \"" + alias.getAlias() + "\"", span(alias));
        }
        return node;
    }

    private void add(NodeEvent event, YamlNode node) {
        if (!(event instanceof AliasEvent)) {
            event.getAnchor().ifPresent(anchor -> anchors.put(anchor, node));
        }
        if (open.isEmpty()) {
            root = node;
        } else {
            open.peek().children.add(node);
        }
    }

    private static YamlNode.Style style(ScalarStyle style) {
        return switch (style) {
            case PLAIN, JSON_SCALAR_STYLE -> YamlNode.Style.PLAIN;
            case SINGLE_QUOTED -> YamlNode.Style.SINGLE_QUOTED;
            case DOUBLE_QUOTED -> YamlNode.Style.DOUBLE_QUOTED;
            case LITERAL, FOLDED -> YamlNode.Style.BLOCK;
        };
    }

    private Span span(Event event) {
        return new Span(unit(event.getStartMark()), unit(event.getEndMark()));
    }

    private Span spanAt(Optional<Mark> mark) {
        int start = Math.min(unit(mark), text.length());
        return new Span(start, Math.min(start + 1, text.length()));
    }

    private int unit(Optional<Mark> mark) {
        int codePoint = mark.orElseThrow(() -> new IllegalStateException("marks are switched on"))
                .getIndex();
        return unitsOfCodePoints.length == 0 ? codePoint : unitsOfCodePoints[codePoint];
    }

    /** For each code point where it begins, in UTF-16 units; empty when the two count alike. */
    private static int[] unitsOfCodePoints(String text) {
        int codePoints = text.codePointCount(0, text.length());
        if (codePoints == text.length()) {
            return new int[0];
        }
        int[] units = new int[codePoints + 1];
        int unit = 0;
        for (int i = 0; i < codePoints; i++) {
            units[i] = unit;
            unit += Character.charCount(text.codePointAt(unit));
        }
        units[codePoints] = unit;
        return units;
    }

    /** A map or list whose end was not reached yet; a map's keys and values alternate. */
    private static final class Open {
        private final CollectionStartEvent start;
        private final List<YamlNode> children = new ArrayList<>();

        Open(CollectionStartEvent start) {
            this.start = start;
        }

        YamlNode node(Span span) {
            if (!(start instanceof MappingStartEvent)) {
                return new YamlNode.Sequence(span, children);
            }
            List<YamlNode.Entry> entries = new ArrayList<>();
            for (int i = 0; i + 1 < children.size(); i += 2) {
                entries.add(new YamlNode.Entry(children.get(i), children.get(i + 1)));
            }
            return new YamlNode.Mapping(span, entries);
        }
    }
}
