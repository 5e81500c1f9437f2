package io.github.lrp4j.zoo.hub;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.github.lrp4j.zoo.hostile.Mutation;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** Lists of files that a hub answers with, damaged. */
class HostileListingTest {
    private static final String LISTING = "{\"sha\": \"" + LoopbackHub.COMMIT + "\", \"siblings\": [{\"rfilename\":"
            + " \"config.json\"}, {\"rfilename\": \"a/model.safetensors\"}, {\"rfilename\": \"../x\"}], \"private\": false}";

    @Test
    void damagedListsAreReadOrRefused() throws IOException {
        URI uri = URI.create("http://hub/api/models/o/n");
        byte[] whole = LISTING.getBytes(StandardCharsets.UTF_8);
        JsonNode tree = new ObjectMapper().readTree(whole);
        int read = 0;
        int refused = 0;
        for (int i = 0; i < 1000; i++) {
            Mutation mutation = new Mutation(new Random(i));
            try {
                RepositoryListing listing =
                        RepositoryListing.parse(uri, i % 2 == 0 ? mutation.bytes(whole) : mutation.json(tree));
                assertThat(listing.files()).allMatch(HubCache::isSafeName);
                read++;
            } catch (HubException e) {
                assertThat(e).hasMessageStartingWith(uri + ": ");
                assertThat(e.getMessage()).doesNotContain("\n").hasSizeLessThan(600);
                refused++;
            }
        }
        assertThat(read).isGreaterThan(100);
        assertThat(refused).isGreaterThan(100);
    }
}
