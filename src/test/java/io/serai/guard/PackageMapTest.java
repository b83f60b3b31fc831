package io.serai.guard;

import static com.tngtech.archunit.base.DescribedPredicate.describe;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideOutsideOfPackages;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.lang.ArchCondition;
import com.tngtech.archunit.lang.ConditionEvents;
import com.tngtech.archunit.lang.SimpleConditionEvent;
import java.util.Comparator;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.NullMarked;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Holds the package map of ARCHITECTURE.md: which package may use which. */
class PackageMapTest {
    private static final String BASE = "io.serai";

    /** For each package, with those below it, what it may use; what those may use, it may, too. */
    private static final Map<String, Set<String>> MAP = Map.ofEntries(
            Map.entry("error", Set.of()),
            Map.entry("change", Set.of("error")),
            Map.entry("config", Set.of("error")),
            Map.entry("bucket", Set.of("change")),
            Map.entry("syncrules", Set.of("bucket")),
            Map.entry("storage", Set.of("bucket")),
            Map.entry("storage.rocksdb", Set.of("storage")),
            Map.entry("storage.postgres", Set.of("storage")),
            Map.entry("storage.mongodb", Set.of("storage")),
            Map.entry("source", Set.of("syncrules", "storage")),
            Map.entry("route", Set.of("source")),
            Map.entry("source.postgres", Set.of("route")),
            Map.entry("source.mysql", Set.of("route")),
            Map.entry("source.mongodb", Set.of("route")),
            Map.entry("source.debezium", Set.of("source.mysql")),
            Map.entry("api", Set.of("source")),
            Map.entry("metrics", Set.of("source", "api")),
            Map.entry(
                    "app",
                    Set.of(
                            "config",
                            "api",
                            "metrics",
                            "storage.rocksdb",
                            "storage.postgres",
                            "storage.mongodb",
                            "source.postgres",
                            "source.mysql",
                            "source.mongodb",
                            "source.debezium")),
            Map.entry("cli", Set.of("app")));

    private static final JavaClasses MAIN = new ClassFileImporter()
            .withImportOption(new ImportOption.DoNotIncludeTests())
            .importPackages(BASE);

    @ParameterizedTest(name = "{0}")
    @MethodSource("packages")
    void usesOnlyWhatTheMapAllows(String name) {
        Set<String> allowed = reachableFrom(name);

        classes()
                .that(belongTo(name))
                .should()
                .onlyDependOnClassesThat(resideOutsideOfPackages(BASE + "..")
                        .or(describe("belong to " + allowed, type -> allowed.contains(homeOf(type)))))
                .allowEmptyShould(true)
                .check(MAIN);
    }

    @Test
    void hasAPlaceForEachPackage() {
        Set<String> unknown = MAIN.stream()
                .map(PackageMapTest::homeOf)
                .filter(home -> !home.isEmpty() && !MAP.containsKey(home))
                .collect(Collectors.toCollection(TreeSet::new));

        assertThat(unknown).as("packages that are not in the package map").isEmpty();
    }

    @Test
    void keepsCamelOutOfRulesStorageAndSourceLogic() {
        noClasses()
                .that(belongTo(
                        "error", "change", "config", "bucket", "syncrules", "storage", "storage.rocksdb", "source"))
                .should()
                .dependOnClassesThat(resideInAnyPackage("org.apache.camel.."))
                .allowEmptyShould(true)
                .check(MAIN);
    }

    @Test
    void keepsRocksDbInItsBackEnd() {
        noClasses()
                .that(describe(
                        "do not belong to storage.rocksdb",
                        type -> !homeOf(type).equals("storage.rocksdb")))
                .should()
                .dependOnClassesThat(resideInAnyPackage("org.rocksdb.."))
                .check(MAIN);
    }

    @Test
    void leavesTheMainClassWithTheCommandsOnly() {
        classes()
                .that(describe("are in the root package", type -> homeOf(type).isEmpty()))
                .should()
                .onlyDependOnClassesThat(resideOutsideOfPackages(BASE + "..")
                        .or(describe(
                                "are in the root package or in cli",
                                type -> Set.of("", "cli").contains(homeOf(type)))))
                .allowEmptyShould(true)
                .check(MAIN);
    }

    @Test
    void hasNoPackageWithoutAMeaning() {
        noClasses()
                .should()
                .resideInAnyPackage(
                        "..util..", "..utils..", "..common..", "..helper..", "..helpers..", "..impl..", "..misc..")
                .check(MAIN);
    }

    @Test
    void marksEachPackageAsNullMarked() {
        classes()
                .that(describe("are not generated", type -> !isGenerated(type)))
                .should(beInANullMarkedPackage())
                .check(MAIN);
    }

    static Stream<String> packages() {
        return MAP.keySet().stream().sorted();
    }

    private static Set<String> reachableFrom(String name) {
        Set<String> reachable = new TreeSet<>(Set.of(name));
        for (String used : MAP.getOrDefault(name, Set.of())) {
            reachable.addAll(reachableFrom(used));
        }
        return reachable;
    }

    private static DescribedPredicate<JavaClass> belongTo(String... packages) {
        Set<String> wanted = Set.of(packages);
        return describe("belong to " + String.join(", ", packages), type -> wanted.contains(homeOf(type)));
    }

    /** The package of the map that a class lives in or below: the longest name that fits; empty for the root. */
    private static String homeOf(JavaClass type) {
        String name = type.getPackageName();
        if (!name.startsWith(BASE + ".")) {
            return "";
        }
        String inside = name.substring(BASE.length() + 1);
        return MAP.keySet().stream()
                .filter(home -> inside.equals(home) || inside.startsWith(home + "."))
                .max(Comparator.comparingInt(String::length))
                .orElse(inside);
    }

    /** Camel's plugin writes these, into packages of ours. */
    private static boolean isGenerated(JavaClass type) {
        return type.isAnnotatedWith("org.apache.camel.spi.annotations.ConstantProvider")
                || type.getSimpleName().matches(".*(Configurer|UriFactory|ConvertersLoader|BulkLoader)");
    }

    private static ArchCondition<JavaClass> beInANullMarkedPackage() {
        return new ArchCondition<>("be in a package whose package-info says @NullMarked") {
            @Override
            public void check(JavaClass type, ConditionEvents events) {
                boolean isMarked = type.getPackage().isAnnotatedWith(NullMarked.class);
                events.add(new SimpleConditionEvent(
                        type, isMarked, type.getPackageName() + " has no package-info.java with @NullMarked"));
            }
        };
    }
}
