package io.serai.storage.rocksdb;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.platform.engine.discovery.DiscoverySelectors.selectNestedClass;

import io.serai.storage.BucketStorageContract;
import io.serai.storage.CompactionContract;
import io.serai.storage.Defect;
import io.serai.storage.DefectiveFixture;
import io.serai.storage.SourceStorageContract;
import io.serai.storage.StorageFaultContract;
import io.serai.storage.StorageFixture;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.extension.BeforeEachCallback;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.platform.launcher.core.LauncherDiscoveryRequestBuilder;
import org.junit.platform.launcher.core.LauncherFactory;
import org.junit.platform.launcher.listeners.SummaryGeneratingListener;
import org.junit.platform.launcher.listeners.TestExecutionSummary;

/** The contracts of storages, held against storages that do not keep them. */
class ABrokenStorageTest {
    @ParameterizedTest
    @EnumSource
    void isFoundOut(Defect defect) {
        TestExecutionSummary summary = run(defect.finder(), Optional.of(defect));

        assertThat(summary.getTestsFailedCount()).isPositive();
    }

    @ParameterizedTest
    @EnumSource
    void isNotBlamedWithoutItsDefect(Defect defect) {
        TestExecutionSummary summary = run(defect.finder(), Optional.empty());

        assertThat(summary.getTestsSucceededCount()).isPositive();
        assertThat(summary.getTestsFailedCount()).isZero();
    }

    private static TestExecutionSummary run(Class<?> part, Optional<Defect> defect) {
        SummaryGeneratingListener listener = new SummaryGeneratingListener();
        LauncherFactory.create()
                .execute(
                        LauncherDiscoveryRequestBuilder.request()
                                .selectors(selectNestedClass(List.of(candidate(part.getEnclosingClass())), part))
                                .configurationParameter(
                                        DefectParameter.KEY,
                                        defect.map(Defect::name).orElse(""))
                                .build(),
                        listener);
        return listener.getSummary();
    }

    private static Class<?> candidate(Class<?> contract) {
        return List.of(BucketCandidate.class, SourceCandidate.class, CompactionCandidate.class, FaultCandidate.class)
                .stream()
                .filter(candidate -> candidate.getSuperclass() == contract)
                .findFirst()
                .orElseThrow();
    }

    /** Tells a candidate which defect its storage is to have. */
    static final class DefectParameter implements BeforeEachCallback {
        static final String KEY = "serai.defect";

        private @Nullable Defect defect;

        @Override
        public void beforeEach(ExtensionContext context) {
            defect = context.getConfigurationParameter(KEY)
                    .filter(name -> !name.isEmpty())
                    .map(Defect::valueOf)
                    .orElse(null);
        }

        StorageFixture fixture(Path folder) {
            return new DefectiveFixture(new RocksDbFixture(folder.resolve("storage")), defect);
        }
    }

    static final class BucketCandidate extends BucketStorageContract {
        @TempDir
        private Path folder;

        @RegisterExtension
        final DefectParameter parameter = new DefectParameter();

        @Override
        protected StorageFixture newFixture() {
            return parameter.fixture(folder);
        }
    }

    static final class SourceCandidate extends SourceStorageContract {
        @TempDir
        private Path folder;

        @RegisterExtension
        final DefectParameter parameter = new DefectParameter();

        @Override
        protected StorageFixture newFixture() {
            return parameter.fixture(folder);
        }
    }

    static final class CompactionCandidate extends CompactionContract {
        @TempDir
        private Path folder;

        @RegisterExtension
        final DefectParameter parameter = new DefectParameter();

        @Override
        protected StorageFixture newFixture() {
            return parameter.fixture(folder);
        }
    }

    static final class FaultCandidate extends StorageFaultContract {
        @TempDir
        private Path folder;

        @RegisterExtension
        final DefectParameter parameter = new DefectParameter();

        @Override
        protected StorageFixture newFixture() {
            return parameter.fixture(folder);
        }
    }
}
