package io.serai.api.sync;

import io.serai.api.auth.Token;
import io.serai.bucket.BucketOp;
import io.serai.bucket.OpId;
import io.serai.change.Json;
import io.serai.error.ErrorCode;
import io.serai.error.SeraiException;
import io.serai.source.LiveRules;
import io.serai.storage.BucketStorage;
import io.serai.storage.BucketSum;
import io.serai.storage.Checkpoint;
import io.serai.storage.PieceLimit;
import io.serai.storage.Topic;
import io.serai.storage.WriteCheckpoint;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * One stream to one client: tells it of checkpoints, sends the data of its buckets, and waits for the next change of these. Confined to one thread.
 *
 * <p>Data is always read at the checkpoint that the client was told of last, so that counts and checksums of that line hold.
 */
final class SyncStream {
    private static final PieceLimit PIECE = new PieceLimit(1000, 64 << 10);
    private static final int FIRST_PRIORITY = 0;
    private static final Comparator<ServedBucket> SENT_FIRST =
            Comparator.comparingInt(ServedBucket::priority).thenComparing(ServedBucket::wireName);

    private final BucketStorage storage;
    private final LiveRules rules;
    private final ChangeBoard board;
    private final SyncLimits limits;
    private final Clock clock;
    private final StreamRequest request;
    private final Token token;
    private final Inbox inbox;
    private final Frames frames;
    private final Output output;

    /** The last operation of each bucket that the client has. */
    private final Map<String, OpId> positions;

    private final Map<Topic, String> bucketTopics = new HashMap<>();
    private Set<Topic> lookupTopics = Set.of();
    private @Nullable Entitlement entitlement;
    private Map<String, ServedBucket> served = new LinkedHashMap<>();
    /** Buckets that may have operations which the client was told of and not sent. */
    private final Map<String, ServedBucket> unsent = new TreeMap<>();

    /** What changed and was not looked at. */
    private final Set<Topic> changed = new HashSet<>();

    private boolean everythingChanged;
    private @Nullable View announced;
    private boolean isSending;
    private long writeCheckpointSent = -1;

    SyncStream(
            BucketStorage storage,
            LiveRules rules,
            ChangeBoard board,
            SyncLimits limits,
            Clock clock,
            StreamRequest request,
            Token token,
            Inbox inbox,
            Frames frames,
            Output output) {
        this.storage = storage;
        this.rules = rules;
        this.board = board;
        this.limits = limits;
        this.clock = clock;
        this.request = request;
        this.token = token;
        this.inbox = inbox;
        this.frames = frames;
        this.output = output;
        this.positions = new HashMap<>(request.positions());
    }

    /**
     * Serves until the client goes, its token expires or the inbox is closed.
     *
     * @throws RequestRefused when the client may not have what it asks for; nothing was sent if that was so from the beginning
     */
    void run() throws RequestRefused, ClientGone, InterruptedException {
        long lastSent = System.nanoTime();
        while (true) {
            long untilExpiry =
                    Duration.between(clock.instant(), token.expiresAt()).toNanos();
            if (untilExpiry <= 0) {
                sendExpiry();
                return;
            }
            long untilKeepalive = limits.keepalive().toNanos() - (System.nanoTime() - lastSent);
            Inbox.Delivery delivery = inbox.await(isSending ? 0 : Math.min(untilExpiry, untilKeepalive));
            if (delivery.isClosed()) {
                return;
            }
            everythingChanged |= delivery.everything();
            changed.addAll(delivery.topics());
            View view = delivery.view();
            if (view != null && (delivery.hasNews() || isSending)) {
                serve(view, delivery.hasNews());
                lastSent = isSending ? System.nanoTime() : lastSent;
            } else if (untilKeepalive <= 0) {
                sendExpiry();
                lastSent = System.nanoTime();
            }
        }
    }

    /** Tells of the view, if it changes something for the client, and sends data. */
    private void serve(View view, boolean isNew) throws RequestRefused, ClientGone, InterruptedException {
        try {
            Json line = isNew ? update(view) : null;
            if (line != null) {
                announced = view;
                isSending = true;
                frames.line(line);
                flush();
            }
            if (isSending && sendData(Objects.requireNonNull(announced).checkpoint())) {
                complete("checkpoint_complete", Optional.empty());
                isSending = false;
                flush();
            }
        } catch (SeraiException e) {
            if (e.code() != ErrorCode.STORAGE_CHECKPOINT_GONE) {
                throw e;
            }
            // Another sync config came into use since, or buckets were compacted: a newer view supersedes this one.
            everythingChanged = true;
            isSending = false;
            board.outdated(inbox, view);
        }
    }

    /** The line that tells of the view, or null when the client has nothing new to know. */
    private @Nullable Json update(View view) throws RequestRefused {
        Entitlement now = entitlement;
        if (now == null || everythingChanged || changed.stream().anyMatch(lookupTopics::contains)) {
            now = Entitlement.of(
                    request, token.claims(), rules.of(view.generation()), storage, view.checkpoint(), limits);
        }
        Set<String> touched = new HashSet<>();
        boolean hasOtherTopics = now != entitlement;
        for (Topic topic : changed) {
            String name = bucketTopics.get(topic);
            ServedBucket bucket = name == null ? null : served.get(name);
            if (bucket != null) {
                touched.add(name);
                hasOtherTopics |= !storage.topic(bucket.bucket()).equals(topic);
            }
        }
        Map<String, ServedBucket> before = served;
        served = buckets(now, view, touched);
        entitlement = now;
        everythingChanged = false;
        changed.clear();
        if (hasOtherTopics) {
            register(view);
        }
        Optional<Long> reached = reachedWrite(view);
        return announced == null ? checkpoint(view, reached) : difference(view, before, reached);
    }

    /** The client's buckets; counts and checksums of those that were not touched are known. */
    private Map<String, ServedBucket> buckets(Entitlement now, View view, Set<String> touched) {
        Map<String, ServedBucket> buckets = new LinkedHashMap<>();
        now.buckets().forEach((name, granted) -> {
            ServedBucket known = everythingChanged || touched.contains(name) ? null : served.get(name);
            BucketSum sum = known == null ? storage.sum(granted.bucket(), view.checkpoint()) : known.sum();
            buckets.put(
                    name, new ServedBucket(granted.bucket(), name, granted.priority(), granted.subscriptions(), sum));
        });
        return buckets;
    }

    private void register(View view) {
        Entitlement now = Objects.requireNonNull(entitlement);
        lookupTopics = new HashSet<>();
        now.lookups()
                .forEach(lookup -> lookupTopics.add(storage.topic(lookup.definition(), lookup.index(), lookup.key())));
        bucketTopics.clear();
        served.forEach((name, bucket) -> bucketTopics.put(storage.topic(bucket.bucket()), name));
        Set<Topic> topics = new HashSet<>(lookupTopics);
        topics.addAll(bucketTopics.keySet());
        board.register(inbox, topics, view);
    }

    private Optional<Long> reachedWrite(View view) {
        Optional<WriteCheckpoint> wanted = inbox.writeCheckpoint();
        if (wanted.isEmpty()) {
            return Optional.empty();
        }
        if (storage.isReached(wanted.get(), view.checkpoint())) {
            return Optional.of(wanted.get().id());
        }
        board.awaitWrite(inbox);
        return writeCheckpointSent < 0 ? Optional.empty() : Optional.of(writeCheckpointSent);
    }

    private Json checkpoint(View view, Optional<Long> writeCheckpoint) {
        positions.keySet().retainAll(served.keySet()); // the client forgets what is not in the line
        served.values().forEach(this::noteUnsent);
        List<Json> buckets = served.values().stream().map(ServedBucket::json).toList();
        return line(
                "checkpoint",
                view,
                writeCheckpoint,
                "buckets",
                new Json.Array(buckets),
                "streams",
                Objects.requireNonNull(entitlement).streams());
    }

    private @Nullable Json difference(View view, Map<String, ServedBucket> before, Optional<Long> writeCheckpoint) {
        List<Json> updated = new ArrayList<>();
        List<Json> removed = new ArrayList<>();
        for (String name : before.keySet()) {
            if (!served.containsKey(name)) {
                removed.add(new Json.Text(name));
                unsent.remove(name);
                positions.remove(name);
            }
        }
        for (ServedBucket bucket : served.values()) {
            if (!bucket.equals(before.get(bucket.wireName()))) {
                updated.add(bucket.json());
                noteUnsent(bucket);
            }
        }
        boolean isWriteReached = writeCheckpoint.orElse(writeCheckpointSent) != writeCheckpointSent;
        if (updated.isEmpty() && removed.isEmpty() && !isWriteReached && unsent.isEmpty()) {
            return null;
        }
        return line(
                "checkpoint_diff",
                view,
                writeCheckpoint,
                "removed_buckets",
                new Json.Array(removed),
                "updated_buckets",
                new Json.Array(updated));
    }

    private void noteUnsent(ServedBucket bucket) {
        unsent.put(bucket.wireName(), bucket);
    }

    private Json line(String kind, View view, Optional<Long> writeCheckpoint, Object... members) {
        List<Object> all = new ArrayList<>();
        all.add("last_op_id");
        all.add(Json.digits(view.checkpoint().opId().value()));
        if (writeCheckpoint.isPresent()) {
            writeCheckpointSent = writeCheckpoint.get();
            all.add("write_checkpoint");
            all.add(Json.digits(writeCheckpointSent));
        }
        all.addAll(List.of(members));
        return Json.object(kind, Json.object(all.toArray()));
    }

    /**
     * Sends what is unsent, the best priorities first; false when something of a better priority may have come meanwhile. At least one piece is sent, so that a
     * client gets on however often it is interrupted.
     */
    private boolean sendData(Checkpoint checkpoint) throws ClientGone, InterruptedException {
        List<ServedBucket> buckets = unsent.values().stream().sorted(SENT_FIRST).toList();
        for (int i = 0; i < buckets.size(); i++) {
            ServedBucket bucket = buckets.get(i);
            int priority = bucket.priority();
            int next = i + 1 < buckets.size() ? buckets.get(i + 1).priority() : priority;
            if (!sendData(bucket, checkpoint)) {
                return false;
            }
            unsent.remove(bucket.wireName());
            if (next > priority) {
                complete("partial_checkpoint_complete", Optional.of(priority));
                flush();
            }
            if (!unsent.isEmpty() && isInterrupted(next)) {
                return false;
            }
        }
        return true;
    }

    private boolean sendData(ServedBucket bucket, Checkpoint checkpoint) throws ClientGone, InterruptedException {
        while (true) {
            OpId after = positions.getOrDefault(bucket.wireName(), OpId.NONE);
            List<BucketOp> operations = new ArrayList<>();
            boolean hasMore = storage.operations(bucket.bucket(), after, checkpoint, PIECE, operations::add);
            if (!operations.isEmpty()) {
                frames.data(bucket.wireName(), after.value(), operations, hasMore);
                positions.put(bucket.wireName(), operations.getLast().opId());
                flush();
            }
            if (!hasMore) {
                return true;
            }
            if (isInterrupted(bucket.priority())) {
                return false;
            }
        }
    }

    /** Whether to leave off: the client is gone, its token expired, or something of a better priority may have changed. */
    private boolean isInterrupted(int priority) throws ClientGone {
        if (inbox.isClosed()) {
            throw new ClientGone();
        }
        if (!clock.instant().isBefore(token.expiresAt())) {
            return true;
        }
        return priority > FIRST_PRIORITY && inbox.mayHave(topic -> mayBeBetter(topic, priority));
    }

    /** What a lookup grants may be of any priority. */
    private boolean mayBeBetter(Topic topic, int priority) {
        ServedBucket bucket = served.get(bucketTopics.getOrDefault(topic, ""));
        return bucket == null ? lookupTopics.contains(topic) : bucket.priority() < priority;
    }

    private void complete(String kind, Optional<Integer> priority) {
        Json opId = Json.digits(
                Objects.requireNonNull(announced).checkpoint().opId().value());
        frames.line(Json.object(
                kind,
                priority.isPresent()
                        ? Json.object("last_op_id", opId, "priority", Json.number(priority.get()))
                        : Json.object("last_op_id", opId)));
    }

    private void sendExpiry() throws ClientGone, InterruptedException {
        long seconds =
                Math.max(0, Duration.between(clock.instant(), token.expiresAt()).toSeconds());
        frames.line(Json.object("token_expires_in", Json.number(seconds)));
        flush();
    }

    private void flush() throws ClientGone, InterruptedException {
        output.write(frames.take());
    }
}
