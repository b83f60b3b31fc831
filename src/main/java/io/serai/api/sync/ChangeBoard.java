package io.serai.api.sync;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import io.serai.error.ErrorCode;
import io.serai.storage.BucketStorage;
import io.serai.storage.ChangedTopics;
import io.serai.storage.Checkpoint;
import io.serai.storage.ClientKey;
import io.serai.storage.Generation;
import io.serai.storage.Topic;
import io.serai.storage.WriteCheckpoint;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Tells each client of the checkpoints that change something of it, and nobody else. A client gets the view and all that the view changed of what it is
 * registered for at once, so that it never sees half of a transaction. Thread-safe.
 */
final class ChangeBoard implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(ChangeBoard.class);

    private final BucketStorage storage;
    private final BucketStorage.Subscription subscription;
    private final Thread dispatcher;
    private final AwaitedHeads awaitedHeads;

    /** Held while a batch of checkpoints is delivered and while clients register. Comes before {@link #news} and before inboxes. */
    private final ReentrantLock lock = new ReentrantLock();

    @GuardedBy("lock")
    private final Map<Topic, Set<Inbox>> interested = new HashMap<>();

    @GuardedBy("lock")
    private final Map<ClientKey, Set<Inbox>> clients = new HashMap<>();

    @GuardedBy("lock")
    private final Set<Inbox> awaitingWrites = new HashSet<>();

    /** Clients that cannot read at their view any more and wait for a newer one. */
    @GuardedBy("lock")
    private final Set<Inbox> outdated = new HashSet<>();

    @GuardedBy("lock")
    private @Nullable View current;

    /** Guards what the storage told and no client was told yet; nothing is locked under it. */
    private final ReentrantLock news = new ReentrantLock();

    private final Condition arrived = news.newCondition();

    @GuardedBy("news")
    private @Nullable View newest;

    @GuardedBy("news")
    private Set<Topic> changed = new HashSet<>();

    @GuardedBy("news")
    private boolean everything;

    @GuardedBy("news")
    private boolean closed;

    /** Begins to listen to the storage, which stays the caller's. */
    ChangeBoard(BucketStorage storage) {
        this.storage = storage;
        this.awaitedHeads = new AwaitedHeads(storage);
        this.subscription = storage.onChanges(this::changed);
        seed();
        this.dispatcher =
                Thread.ofPlatform().name("serai-sync-dispatch").daemon().start(this::dispatch);
    }

    /** Takes the checkpoint that there is; a generation belongs to it when it is the active one before and after. */
    private void seed() {
        while (true) {
            Optional<Generation> before = storage.generations().active();
            Optional<Checkpoint> checkpoint = storage.checkpoint();
            Optional<Generation> after = storage.generations().active();
            if (checkpoint.isEmpty() || before.isEmpty()) {
                return;
            }
            if (before.equals(after)) {
                arrive(new View(checkpoint.get(), before.get()), new ChangedTopics(true, Set.of()));
                return;
            }
        }
    }

    /** On the committing thread, which holds what the checkpoint is of. */
    private void changed(Checkpoint checkpoint, ChangedTopics changes) {
        storage.generations().active().ifPresent(generation -> arrive(new View(checkpoint, generation), changes));
    }

    private void arrive(View view, ChangedTopics changes) {
        news.lock();
        try {
            if (newest == null || newest.sequence() < view.sequence()) {
                newest = view;
            }
            everything |= changes.everything();
            changed.addAll(changes.topics());
            arrived.signal();
        } finally {
            news.unlock();
        }
    }

    private void dispatch() {
        try {
            View view = null;
            while (awaitNews(view)) {
                view = dispatchOnce();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** Clients that may not have been told of all are sent away: they come again, and are told of everything. */
    private @Nullable View dispatchOnce() throws InterruptedException {
        Set<Topic> topics;
        boolean all;
        View view = null;
        lock.lockInterruptibly();
        try {
            news.lock();
            try {
                topics = changed;
                all = everything;
                view = newest;
                changed = new HashSet<>();
                everything = false;
            } finally {
                news.unlock();
            }
            if (view != null && (current == null || current.sequence() < view.sequence())) {
                current = view;
                deliver(view, topics, all);
            }
        } catch (RuntimeException | Error e) { // the thread's outermost frame
            LOG.atError()
                    .addKeyValue("code", ErrorCode.BUG.code())
                    .setCause(e)
                    .log("Clients could not be told of a checkpoint: all streams are ended, and begin anew");
            closeInboxes();
        } finally {
            lock.unlock();
        }
        return view;
    }

    private boolean awaitNews(@Nullable View known) throws InterruptedException {
        news.lock();
        try {
            while (!closed && sequence(newest) == sequence(known)) {
                arrived.await();
            }
            return !closed;
        } finally {
            news.unlock();
        }
    }

    private static long sequence(@Nullable View view) {
        return view == null ? -1 : view.sequence();
    }

    @GuardedBy("lock")
    private void deliver(View view, Set<Topic> topics, boolean all) {
        if (all) {
            clients.values().forEach(inboxes -> inboxes.forEach(inbox -> inbox.deliverEverything(view)));
        } else {
            Map<Inbox, Set<Topic>> found = new HashMap<>();
            for (Topic topic : topics) {
                for (Inbox inbox : interested.getOrDefault(topic, Set.of())) {
                    found.computeIfAbsent(inbox, i -> new HashSet<>()).add(topic);
                }
            }
            found.forEach((inbox, its) -> inbox.deliver(view, its));
        }
        awaitingWrites.removeIf(inbox -> tellIfReached(inbox, view));
        outdated.forEach(inbox -> inbox.deliverEverything(view));
        outdated.clear();
        awaitedHeads.arrive(view.checkpoint());
    }

    private boolean tellIfReached(Inbox inbox, View view) {
        Optional<WriteCheckpoint> wanted = inbox.writeCheckpoint();
        boolean isReached = wanted.isEmpty() || storage.isReached(wanted.get(), view.checkpoint());
        if (isReached) {
            inbox.deliver(view, Set.of());
        }
        return isReached;
    }

    /** Adds a client, and delivers the view that there is. */
    void add(ClientKey client, Inbox inbox) {
        lock.lock();
        try {
            clients.computeIfAbsent(client, c -> new HashSet<>()).add(inbox);
            storage.writeCheckpoint(client).ifPresent(inbox::writeCheckpoint);
            inbox.deliverEverything(current);
        } finally {
            lock.unlock();
        }
    }

    /** Forgets a client. */
    void remove(ClientKey client, Inbox inbox) {
        lock.lock();
        try {
            Set<Inbox> inboxes = clients.get(client);
            if (inboxes != null && inboxes.remove(inbox) && inboxes.isEmpty()) {
                clients.remove(client);
            }
            awaitingWrites.remove(inbox);
            outdated.remove(inbox);
            inbox.interests.forEach(topic -> removeInterest(topic, inbox));
            inbox.interests = Set.of();
        } finally {
            lock.unlock();
        }
    }

    /**
     * Registers the client for these topics instead of those before. What changed of the new ones since {@code known} counts as changed.
     *
     * @param known the view at which the client knows all of them
     */
    void register(Inbox inbox, Set<Topic> topics, View known) {
        lock.lock();
        try {
            Set<Topic> added = new HashSet<>(topics);
            added.removeAll(inbox.interests);
            for (Topic topic : inbox.interests) {
                if (!topics.contains(topic)) {
                    removeInterest(topic, inbox);
                }
            }
            added.forEach(topic ->
                    interested.computeIfAbsent(topic, t -> new HashSet<>()).add(inbox));
            inbox.interests = Set.copyOf(topics);
            if (!added.isEmpty() && current != null && current.sequence() != known.sequence()) {
                inbox.deliver(current, added);
            }
        } finally {
            lock.unlock();
        }
    }

    @GuardedBy("lock")
    private void removeInterest(Topic topic, Inbox inbox) {
        Set<Inbox> inboxes = interested.get(topic);
        if (inboxes != null && inboxes.remove(inbox) && inboxes.isEmpty()) {
            interested.remove(topic);
        }
    }

    /** Says that nothing can be read at {@code known} any more: the client is told of everything at a newer view, now or when there is one. */
    void outdated(Inbox inbox, View known) {
        lock.lock();
        try {
            if (current != null && current.sequence() > known.sequence()) {
                inbox.deliverEverything(current);
            } else {
                outdated.add(inbox);
            }
        } finally {
            lock.unlock();
        }
    }

    /** Says that the client waits for its write checkpoint: it is told when a view has reached it, at once if the newest has. */
    void awaitWrite(Inbox inbox) {
        lock.lock();
        try {
            if (current == null || !tellIfReached(inbox, current)) {
                awaitingWrites.add(inbox);
            }
        } finally {
            lock.unlock();
        }
    }

    /** Completes with the first view's checkpoint that shows all up to these heads. */
    CompletableFuture<Checkpoint> awaitHeads(WriteCheckpoint heads) {
        return awaitedHeads.await(heads);
    }

    /** Tells the streams of a client that it asked for a write checkpoint. */
    void requested(ClientKey client, WriteCheckpoint checkpoint) {
        lock.lock();
        try {
            for (Inbox inbox : clients.getOrDefault(client, Set.of())) {
                inbox.writeCheckpoint(checkpoint);
                awaitWrite(inbox);
            }
        } finally {
            lock.unlock();
        }
    }

    /** How many streams there are. */
    int size() {
        lock.lock();
        try {
            return clients.values().stream().mapToInt(Set::size).sum();
        } finally {
            lock.unlock();
        }
    }

    @GuardedBy("lock")
    private void closeInboxes() {
        clients.values().forEach(inboxes -> inboxes.forEach(Inbox::close));
    }

    /** Stops telling, and sends all clients away. */
    @Override
    public void close() {
        subscription.close();
        news.lock();
        try {
            closed = true;
            arrived.signal();
        } finally {
            news.unlock();
        }
        lock.lock();
        try {
            closeInboxes();
        } finally {
            lock.unlock();
        }
        awaitedHeads.close();
        try {
            dispatcher.join();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
