package io.serai.storage.rocksdb;

import io.serai.change.SourcePosition;
import java.util.Arrays;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * What the storage keeps of a source. Immutable.
 *
 * @param number what it is called in keys; never given to another source
 * @param epoch of the newest lease; only grows, also when the source is dropped
 * @param registration what it was acquired for, or null after it was dropped
 * @param takesPart whether it takes part in checkpoints
 * @param position all transactions up to it are stored or sealed; null before the first
 * @param published what checkpoints say of it; behind {@code position} while a stage is published
 * @param stages how its stages stand
 * @param publication how far the publication in progress has come, or null for none
 */
record SourceRecord(
        String name,
        int number,
        long epoch,
        @Nullable Registration registration,
        boolean takesPart,
        @Nullable SourcePosition position,
        @Nullable SourcePosition published,
        Stages stages,
        @Nullable Publication publication) {

    /**
     * What a source was acquired for. Immutable.
     *
     * @param built the generation that its stored rows were built for, as far as they were there when it was born
     * @param definitions the definitions that it feeds
     * @param isDirect whether its first copy is written to the buckets directly; else to a copy stage, or that is not decided yet
     */
    record Registration(long built, Set<String> definitions, boolean isDirect) {
        Registration {
            definitions = Set.copyOf(definitions);
        }
    }

    /**
     * The numbers of a source's stages; 0 is none. Immutable.
     *
     * @param last the last one given
     * @param copy that of the first copy
     * @param transaction that of the transaction that is staged or published
     * @param history the first one given when positions began to be of another log than before; 0 for none
     */
    record Stages(int last, int copy, int transaction, int history) {
        static final Stages NONE = new Stages(0, 0, 0, 0);

        Stages withCopy() {
            return new Stages(last + 1, last + 1, 0, history);
        }

        /** With the open transaction's stage, which begins now if there is none. */
        Stages withTransaction() {
            return transaction != 0 ? this : new Stages(last + 1, copy, last + 1, history);
        }

        Stages withoutTransaction() {
            return new Stages(last, copy, 0, history);
        }

        Stages withoutAny() {
            return new Stages(last, 0, 0, history);
        }

        /** As positions from now on are of another log than those before, or as all is gone that the log said. */
        Stages ofAnotherLog() {
            return new Stages(last + 1, copy, 0, last + 1);
        }
    }

    /**
     * How far a publication has come. Immutable; the array is never written.
     *
     * @param kind what is published
     * @param cursor the last key that is done, empty before the first
     */
    @SuppressWarnings("ArrayRecordComponent") // shared and never written, as the Javadoc says
    record Publication(Kind kind, byte[] cursor) {
        /** What a publication does. */
        enum Kind {
            /** A transaction's stage becomes rows and operations. */
            TRANSACTION(1),
            /** A transaction's stage becomes part of the copy stage. */
            TRANSACTION_TO_COPY(2),
            /** The copy stage becomes rows and operations, and the source takes part. */
            COPY(3),
            /** All rows leave. */
            DROP(4);

            private final int code;

            Kind(int code) {
                this.code = code;
            }

            private static Kind of(int code) {
                return Arrays.stream(values())
                        .filter(kind -> kind.code == code)
                        .findFirst()
                        .orElseThrow();
            }
        }

        static Publication of(Kind kind) {
            return new Publication(kind, new byte[0]);
        }

        Publication at(byte[] lastKey) {
            return new Publication(kind, lastKey);
        }
    }

    static SourceRecord first(String name, int number) {
        return new SourceRecord(name, number, 0, null, false, null, null, Stages.NONE, null);
    }

    /** Whether what is published now must not be seen half done. A drop may take the place of a copy that was begun to be published. */
    boolean holdsCheckpoints() {
        return publication != null
                && switch (publication.kind()) {
                    case TRANSACTION -> isShown();
                    case TRANSACTION_TO_COPY -> false;
                    case COPY -> true;
                    case DROP -> isShown() || isCopyStaged();
                };
    }

    /** Whether what it copied is being published. */
    boolean isPublishingItsCopy() {
        return publication != null && publication.kind() == Publication.Kind.COPY;
    }

    /** Whether checkpoints show it: it takes part, or did before it was copied anew. */
    boolean isShown() {
        return takesPart || isCopyStaged() && published != null;
    }

    /** Whether its writes go to its copy stage. */
    boolean isCopyStaged() {
        return stages.copy() != 0;
    }

    /** Whether it was decided how its first copy is written; that is so from its first write on. */
    boolean isDecided() {
        return takesPart || position != null || isCopyStaged() || registration != null && registration.isDirect();
    }

    /** The generation that its stored rows were built for; less than any of a source that is not registered. */
    long built() {
        return registration == null ? Long.MIN_VALUE : registration.built();
    }

    /** Whether it writes, or wrote, to the definition: one that was only acquired, because its database is down, does not. */
    boolean feeds(String definition) {
        return registration != null && isDecided() && registration.definitions().contains(definition);
    }

    /** Whether it writes to the buckets directly what checkpoints must not show yet. */
    boolean isFillingDirectly() {
        return registration != null && registration.isDirect() && !takesPart && !isCopyStaged();
    }

    SourceRecord leased() {
        return new SourceRecord(
                name, number, epoch + 1, registration, takesPart, position, published, stages, publication);
    }

    /** With its rows built for this generation, unless they are for a later one. */
    SourceRecord builtFor(long generation) {
        Registration as = Objects.requireNonNull(registration);
        return registered(new Registration(Math.max(as.built(), generation), as.definitions(), as.isDirect()));
    }

    /** Without anything but its number, its epoch and the count of its stages. */
    SourceRecord forgotten() {
        return new SourceRecord(name, number, epoch, null, false, null, null, stages.withoutAny(), null);
    }

    SourceRecord registered(Registration as) {
        return new SourceRecord(name, number, epoch, as, takesPart, position, published, stages, publication);
    }

    /** With the decision how its first copy is written. */
    SourceRecord decided(boolean isDirect) {
        Registration as = Objects.requireNonNull(registration);
        Stages next = isDirect ? stages : stages.withCopy();
        return registered(new Registration(as.built(), as.definitions(), isDirect))
                .with(next);
    }

    /** After a write whose position is published with it, unless it is staged; null leaves the position. */
    SourceRecord reached(@Nullable SourcePosition reached) {
        return reached == null
                ? this
                : new SourceRecord(
                        name,
                        number,
                        epoch,
                        registration,
                        takesPart,
                        reached,
                        isCopyStaged() ? published : reached,
                        stages,
                        publication);
    }

    /** With a copy stage beside what checkpoints show; a copy that no checkpoint shows goes on as it is. */
    SourceRecord startedOver() {
        Stages next = stages.ofAnotherLog();
        return new SourceRecord(
                name,
                number,
                epoch,
                registration,
                false,
                position,
                published,
                takesPart ? next.withCopy() : next,
                publication);
    }

    /** After a write whose position is published later; null leaves the position. */
    SourceRecord sealed(@Nullable SourcePosition reached, Publication.Kind kind) {
        return new SourceRecord(
                name,
                number,
                epoch,
                registration,
                takesPart,
                reached == null ? position : reached,
                published,
                stages,
                Publication.of(kind));
    }

    SourceRecord takingPart() {
        return new SourceRecord(name, number, epoch, registration, true, position, published, stages, publication);
    }

    /** With what is true when the last piece of its publication is written. */
    SourceRecord publicationEnded() {
        return switch (Objects.requireNonNull(publication).kind()) {
            case TRANSACTION, TRANSACTION_TO_COPY ->
                new SourceRecord(
                        name,
                        number,
                        epoch,
                        registration,
                        takesPart,
                        position,
                        isCopyStaged() ? published : position,
                        stages.withoutTransaction(),
                        null);
            case COPY ->
                new SourceRecord(
                        name, number, epoch, registration, true, position, position, stages.withoutAny(), null);
            case DROP -> forgotten().with(stages.withoutAny().ofAnotherLog());
        };
    }

    SourceRecord with(Stages next) {
        return new SourceRecord(name, number, epoch, registration, takesPart, position, published, next, publication);
    }

    SourceRecord with(@Nullable Publication next) {
        return new SourceRecord(name, number, epoch, registration, takesPart, position, published, stages, next);
    }

    byte[] encode() {
        Encoder out = new Encoder(256).i32(number).i64(epoch).flag(registration != null);
        if (registration != null) {
            out.i64(registration.built())
                    .flag(registration.isDirect())
                    .varint(registration.definitions().size());
            registration.definitions().forEach(out::text);
        }
        Positions.write(out.flag(takesPart), position);
        Positions.write(out, published);
        out.i32(stages.last()).i32(stages.copy()).i32(stages.transaction()).flag(publication != null);
        if (publication != null) {
            out.u8(publication.kind().code).block(publication.cursor());
        }
        return out.i32(stages.history()).toBytes();
    }

    static SourceRecord decode(String name, byte[] bytes) {
        Decoder in = new Decoder(bytes);
        int number = in.i32();
        long epoch = in.i64();
        Registration registration = in.flag() ? decodeRegistration(in) : null;
        boolean takesPart = in.flag();
        SourcePosition position = Positions.read(in);
        SourcePosition published = Positions.read(in);
        int lastStage = in.i32();
        int copy = in.i32();
        int transaction = in.i32();
        Publication publication = in.flag() ? new Publication(Publication.Kind.of(in.u8()), in.block()) : null;
        int history = in.hasMore() ? in.i32() : 0; // not there in storages of earlier versions
        Stages stages = new Stages(lastStage, copy, transaction, history);
        return new SourceRecord(name, number, epoch, registration, takesPart, position, published, stages, publication);
    }

    private static Registration decodeRegistration(Decoder in) {
        long built = in.i64();
        boolean isDirect = in.flag();
        Set<String> definitions = new TreeSet<>();
        for (int left = in.varint(); left > 0; left--) {
            definitions.add(in.text());
        }
        return new Registration(built, definitions, isDirect);
    }
}
