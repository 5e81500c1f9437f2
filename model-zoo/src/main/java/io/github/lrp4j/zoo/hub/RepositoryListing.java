package io.github.lrp4j.zoo.hub;

import com.fasterxml.jackson.core.JacksonException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.CharConversionException;
import java.io.IOException;
import java.net.URI;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;

/**
 * The files of a repository at one commit.
 *
 * @param commit the commit
 * @param files their names that are safe to use on any system
 */
record RepositoryListing(String commit, List<String> files) {
    private static final int LONGEST = 32 << 20;
    private static final ObjectMapper MAPPER = new ObjectMapper();

    /** Copies. */
    RepositoryListing {
        files = List.copyOf(files);
    }

    /** Asks the hub. */
    static RepositoryListing of(HubClient client, URI uri) throws IOException {
        try (HubClient.Answer answer = client.ask("GET", uri, Map.of())) {
            byte[] content = answer.body().readNBytes(LONGEST + 1);
            if (content.length > LONGEST) {
                throw new HubException(uri + ": the list of files is longer than " + LONGEST + " bytes");
            }
            return parse(uri, content);
        }
    }

    /**
     * The listing in an answer.
     *
     * @param uri whose answer it is, for messages
     */
    static RepositoryListing parse(URI uri, byte[] content) throws IOException {
        try {
            JsonNode said = MAPPER.readTree(content);
            String commit = said == null ? "" : said.path("sha").asText("");
            if (!HubReference.isCommit(commit)) {
                throw new HubException(uri + ": the answer names no commit; is this the address of a hub?");
            }
            List<String> files = new ArrayList<>();
            for (JsonNode file : said.path("siblings")) {
                String name = file.path("rfilename").asText("");
                if (HubCache.isSafeName(name)) {
                    files.add(name);
                }
            }
            Collections.sort(files);
            return new RepositoryListing(commit, files);
        } catch (JacksonException e) {
            throw noList(uri, e.getOriginalMessage(), e);
        } catch (CharConversionException e) {
            throw noList(uri, e.getMessage(), e);
        }
    }

    private static HubException noList(URI uri, String fault, IOException cause) {
        return new HubException(uri + ": the answer is no list of files: " + HubException.shown(fault)
                + "; is this the address of a hub?", cause);
    }
}
