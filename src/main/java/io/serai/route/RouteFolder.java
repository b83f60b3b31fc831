package io.serai.route;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import io.serai.error.ErrorCode;
import io.serai.error.SeraiException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.apache.camel.CamelContext;
import org.apache.camel.model.Model;
import org.apache.camel.model.RouteTemplateParameterDefinition;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The folder of routes: loads its YAML files, makes a route of a template for each source, and reloads the routes of a file that changes while they
 * run. A changed file is tried out first; when it cannot be used its routes go on as they were. Thread-safe.
 *
 * <p>Camel's own reloading of routes does not make routes of templates again.
 */
public final class RouteFolder implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(RouteFolder.class);

    private final CamelContext context;
    private final Path folder;

    /** The files that are loaded, by path. */
    @GuardedBy("this")
    private final Map<Path, RouteFile> files = new TreeMap<>();

    /** The routes that were made for sources, by source. */
    @GuardedBy("this")
    private final Map<String, SourceRoute> sources = new LinkedHashMap<>();

    /** What each file looked like at the last look. */
    @GuardedBy("this")
    private final Map<Path, Look> looks = new HashMap<>();

    /** The contents that could not be used, so that each is reported once. */
    @GuardedBy("this")
    private final Map<Path, byte[]> unusable = new HashMap<>();

    /** The files that could not be read, so that each is reported once. */
    @GuardedBy("this")
    private final Set<Path> unreadable = new HashSet<>();

    @GuardedBy("this")
    private @Nullable ScheduledExecutorService watcher;

    /** The folder at this place, for the routes of {@code context}. */
    public RouteFolder(CamelContext context, Path folder) {
        this.context = context;
        this.folder = folder;
    }

    /**
     * Loads all YAML files of the folder, in the order of their names.
     *
     * @throws SeraiException {@link ErrorCode#CONFIG_INVALID} or {@link ErrorCode#CONFIG_NOT_FOUND}
     */
    public synchronized void load() {
        for (Path path : list()) {
            RouteFile file = new RouteFile(context, path, content(path));
            try {
                file.load();
            } catch (SeraiException e) {
                throw e;
            } catch (Exception e) {
                throw new SeraiException(
                        ErrorCode.CONFIG_INVALID,
                        "A file of routes cannot be used: " + reason(e),
                        path.toString(),
                        "Correct it; docs/routes.md has examples.",
                        e);
            }
            files.put(path, file);
        }
    }

    /**
     * Makes a route of a template, with the source's id as its own and as the template's parameter {@code source}; it starts with the context, or at
     * once. Of {@code parameters} a template gets those that it has.
     *
     * @throws SeraiException {@link ErrorCode#CONFIG_ROUTE_MISSING} when no file has the template, or what the route's start fails with
     */
    public synchronized void startSource(String source, String template, Map<String, Object> parameters) {
        List<String> known = files.values().stream()
                .flatMap(file -> file.templates().stream())
                .toList();
        if (!known.contains(template)) {
            throw new SeraiException(
                    ErrorCode.CONFIG_ROUTE_MISSING,
                    "No file has a route template \"" + template + "\"; there are " + known,
                    "source " + source + ", folder " + folder,
                    ErrorCode.CONFIG_ROUTE_MISSING.remedy());
        }
        Map<String, Object> all = new HashMap<>(parameters);
        all.keySet().retainAll(parametersOf(template));
        all.put("source", source);
        SourceRoute route = new SourceRoute(source, template, all);
        route.start(context);
        sources.put(source, route);
    }

    private List<String> parametersOf(String template) {
        Model model = context.getCamelContextExtension().getContextPlugin(Model.class);
        return model.getRouteTemplateDefinition(template).getTemplateParameters().stream()
                .map(RouteTemplateParameterDefinition::getName)
                .toList();
    }

    /** Stops the route that {@link #startSource} made for a source, and forgets it; a change of its file no longer starts it again. */
    public synchronized void stopSource(String source) throws Exception {
        SourceRoute route = sources.remove(source);
        if (route != null) {
            route.remove(context);
        }
    }

    /** Looks at the folder again and again from now on, and reloads what changed; a file is read when two looks see it alike. */
    @SuppressWarnings("FutureReturnValueIgnored") // no look lets an exception out
    public synchronized void watch(Duration interval) {
        if (watcher == null) {
            watcher = context.getExecutorServiceManager().newSingleThreadScheduledExecutor(this, "serai-routes");
            watcher.scheduleWithFixedDelay(
                    this::lookAgain, interval.toMillis(), interval.toMillis(), TimeUnit.MILLISECONDS);
        }
    }

    /** Ends {@link #watch}; the routes go on. */
    @Override
    public synchronized void close() {
        if (watcher != null) {
            context.getExecutorServiceManager().shutdownNow(watcher);
            watcher = null;
        }
    }

    private synchronized void lookAgain() {
        if (watcher == null) {
            return;
        }
        try {
            List<Path> paths = list();
            unreadable.retainAll(paths);
            if (unusable.keySet().retainAll(paths)) {
                unusable.clear(); // what stood against the others may have been in it
            }
            for (Path path : paths) {
                lookAt(path);
            }
        } catch (RuntimeException e) { // the outermost frame of the thread, which looks again
            LOG.atDebug().addKeyValue("folder", folder).setCause(e).log("The folder of routes could not be looked at");
        }
    }

    @GuardedBy("this")
    private void lookAt(Path path) {
        try {
            Look look = Look.at(path);
            if (look.equals(looks.put(path, look))) {
                compare(path, Files.readAllBytes(path));
                unreadable.remove(path);
            }
        } catch (IOException e) {
            boolean isGone = !Files.exists(path, LinkOption.NOFOLLOW_LINKS);
            if (!isGone && unreadable.add(path)) {
                report("A file of routes cannot be read: " + e, path, e);
            }
        }
    }

    @GuardedBy("this")
    private void compare(Path path, byte[] content) {
        RouteFile former = files.get(path);
        boolean isBeingWritten = content.length == 0;
        boolean isLoaded = former != null && Arrays.equals(former.content(), content);
        if (isBeingWritten || isLoaded || Arrays.equals(unusable.get(path), content)) {
            return;
        }
        unusable.remove(path);
        try {
            RouteFile next = new RouteFile(context, path, content);
            reload(former == null ? renamed(next) : former, next);
            unusable.clear(); // what stood against the others may be gone
        } catch (Exception e) {
            unusable.put(path, content);
            report("A file of routes was changed and cannot be used: " + reason(e), path, e);
        }
    }

    /** The loaded file that is not there any more and whose routes or templates the new one has; an empty one when there is none. */
    @GuardedBy("this")
    private RouteFile renamed(RouteFile next) throws Exception {
        for (RouteFile loaded : files.values()) {
            if (!Files.exists(loaded.path()) && next.hasAnyOf(loaded)) {
                return loaded;
            }
        }
        return new RouteFile(context, next.path(), new byte[0]);
    }

    private static void report(String what, Path path, Exception cause) {
        SeraiException failure = new SeraiException(
                ErrorCode.ROUTE_NOT_RELOADED, what, path.toString(), ErrorCode.ROUTE_NOT_RELOADED.remedy(), cause);
        LOG.atError().addKeyValue("file", path).log(failure.getMessage());
        LOG.atDebug().addKeyValue("file", path).setCause(cause).log("Why a file of routes cannot be used");
    }

    @GuardedBy("this")
    private void reload(RouteFile former, RouteFile next) throws Exception {
        boolean concernsOthers = next.tryOut(former, sources.values()) || former.concernsOthers();
        Map<Path, RouteFile> formers = new TreeMap<>(concernsOthers ? files : Map.of());
        formers.put(former.path(), former);
        Map<Path, RouteFile> nexts = new TreeMap<>(formers);
        nexts.remove(former.path());
        nexts.put(next.path(), next);
        List<SourceRoute> made = sources.values().stream()
                .filter(source -> formers.values().stream().anyMatch(file -> file.hasTemplate(source.template())))
                .toList();
        List<String> routes = new ArrayList<>();
        formers.values().forEach(file -> routes.addAll(file.routes()));
        made.forEach(source -> routes.add(source.id()));
        LOG.atInfo()
                .addKeyValue("file", next.path())
                .addKeyValue("routes", routes)
                .log("A file of routes changed, routes start again");
        try {
            unload(formers, made);
            load(nexts, made);
        } catch (Exception e) {
            unload(nexts, made);
            unload(formers, made);
            load(formers, made);
            throw e;
        }
        files.remove(former.path());
        files.put(next.path(), next);
    }

    /** Those that take events start first and stop last, so that no change is routed without them. */
    private void load(Map<Path, RouteFile> some, List<SourceRoute> made) throws Exception {
        for (RouteFile file : takingEventsLast(some).reversed()) {
            file.load();
        }
        for (SourceRoute source : made) {
            source.start(context);
        }
    }

    private void unload(Map<Path, RouteFile> some, List<SourceRoute> made) throws Exception {
        for (SourceRoute source : made) {
            source.remove(context);
        }
        for (RouteFile file : takingEventsLast(some)) {
            file.unload();
        }
    }

    private static List<RouteFile> takingEventsLast(Map<Path, RouteFile> some) {
        return some.values().stream()
                .sorted(Comparator.comparing(RouteFile::takesEvents))
                .toList();
    }

    private List<Path> list() {
        try (Stream<Path> paths = Files.list(folder)) {
            return paths.filter(RouteFolder::isOfRoutes).sorted().toList();
        } catch (IOException e) {
            throw new SeraiException(
                    ErrorCode.CONFIG_NOT_FOUND,
                    "The folder of routes cannot be read",
                    folder.toString(),
                    ErrorCode.CONFIG_NOT_FOUND.remedy(),
                    e);
        }
    }

    /** Hidden files are those that editors keep beside the ones that they edit. */
    private static boolean isOfRoutes(Path path) {
        String name = path.getFileName().toString();
        return name.endsWith(".yaml") && !name.startsWith(".") && !Files.isDirectory(path);
    }

    private static byte[] content(Path path) {
        try {
            return Files.readAllBytes(path);
        } catch (IOException e) {
            throw new SeraiException(
                    ErrorCode.CONFIG_NOT_FOUND,
                    "A file of routes cannot be read: " + e,
                    path.toString(),
                    "Let this user read the file, or remove it.",
                    e);
        }
    }

    /** The message that says most: that of our own exceptions, else of the first cause. */
    private static String reason(Throwable failure) {
        Throwable deepest = failure;
        while (!(deepest instanceof SeraiException) && deepest.getCause() != null) {
            deepest = deepest.getCause();
        }
        return String.valueOf(deepest.getMessage()).strip().replaceAll("\\s+", " ");
    }

    /** What tells cheaply whether a file was written. */
    private record Look(long size, long modifiedMillis) {
        static Look at(Path path) throws IOException {
            return new Look(Files.size(path), Files.getLastModifiedTime(path).toMillis());
        }
    }
}
