package io.serai.syncrules.cases;

import io.serai.change.Json;
import io.serai.change.JsonReader;
import io.serai.change.JsonSyntaxException;
import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Answers each line of a stream of cases with one line: {@code {"id":…,"actual":…}}, or {@code {"id":…,"error":"…"}} for a line that is not a
 * case or a case that cannot be run. Confined to one thread.
 */
public final class CaseLines {
    private static final int BUFFER = 1 << 16;

    private final CaseRunner runner;
    private long lines;
    private long broken;

    /** Lines for cases that this runner runs. */
    public CaseLines(CaseRunner runner) {
        this.runner = runner;
    }

    /**
     * Answers until the input ends. Answers are flushed whenever no further input is there yet, so that a program can wait for each.
     *
     * @return how many lines were no case at all: not UTF-8, not JSON, or without a category
     */
    public long answer(InputStream cases, OutputStream answers) throws IOException {
        InputStream in = new BufferedInputStream(cases, BUFFER);
        ByteArrayOutputStream line = new ByteArrayOutputStream();
        for (int next = in.read(); next >= 0; next = in.read()) {
            line.reset();
            while (next >= 0 && next != '\n') {
                line.write(next);
                next = in.read();
            }
            lines++;
            answers.write((answer(line.toByteArray()).text() + "\n").getBytes(StandardCharsets.UTF_8));
            if (in.available() == 0) {
                answers.flush();
            }
        }
        answers.flush();
        return broken;
    }

    private Json.Object answer(byte[] line) {
        String text;
        try {
            text = StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(line))
                    .toString();
        } catch (CharacterCodingException e) {
            return refusal(CaseId.find(new String(line, StandardCharsets.UTF_8)), "not UTF-8");
        }
        Json json;
        try {
            json = JsonReader.read(text);
        } catch (JsonSyntaxException e) {
            return refusal(CaseId.find(text), text.isBlank() ? "an empty line" : message(e));
        }
        if (!(json instanceof Json.Object input)) {
            return refusal(Optional.empty(), "not a JSON object");
        }
        Optional<Json> id = Optional.ofNullable(input.get("id"));
        if (!(input.get("category") instanceof Json.Text)) {
            return refusal(id, "the case has no member \"category\" that is a text");
        }
        try {
            return answer(id, "actual", runner.run(input));
        } catch (IllegalArgumentException e) {
            return failure(id, message(e));
        } catch (RuntimeException | StackOverflowError e) { // the lines behind it are answered nevertheless
            return failure(id, e.toString());
        }
    }

    /** What an exception says of a case. */
    static String message(IllegalArgumentException e) {
        String message = e.getMessage();
        return message == null ? e.toString() : message;
    }

    private Json.Object refusal(Optional<Json> id, String message) {
        broken++;
        return failure(id, message);
    }

    private Json.Object failure(Optional<Json> id, String message) {
        return answer(id, "error", new Json.Text("line " + lines + ": " + message));
    }

    private static Json.Object answer(Optional<Json> id, String name, Json value) {
        List<Json.Member> members = new ArrayList<>();
        id.ifPresent(found -> members.add(new Json.Member("id", found)));
        members.add(new Json.Member(name, value));
        return new Json.Object(members);
    }
}
