package io.github.lrp4j.cli.explain;

import io.github.lrp4j.cli.console.Json;
import io.github.lrp4j.cli.console.OutputFolder;
import io.github.lrp4j.cli.console.Version;
import io.github.lrp4j.cli.ledger.LedgerDocument;
import io.github.lrp4j.tensor.safetensors.SafetensorsWriter;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Writes an explanation to a folder: all files or none. */
final class ExplanationFiles {
    static final String REPORT = "report.html";
    static final String HEAT_MAP = "heatmap.png";
    static final String OVERLAY = "overlay.png";
    static final String RELEVANCE = "relevance.safetensors";
    static final String SUMMARY = "summary.json";
    static final String LEDGER = "ledger.json";
    static final String LEDGER_PICTURE = "ledger.png";

    private ExplanationFiles() {
    }

    /** Writes the files into a folder that is already open. */
    static List<Path> write(Explanation explanation, int top, OutputFolder folder) {
        Pictures pictures = new Pictures(explanation);
        folder.add(HEAT_MAP, pictures.heatMap());
        folder.add(OVERLAY, pictures.overlay());
        folder.add(RELEVANCE, draft -> SafetensorsWriter.write(draft, Map.of("relevance", explanation.relevance()),
                metadata(explanation)));
        folder.add(SUMMARY, Json.text(Summary.of(explanation, top)));
        folder.add(LEDGER, Json.text(LedgerDocument.of(explanation.ledger())));
        folder.add(LEDGER_PICTURE, pictures.ledger());
        folder.add(REPORT, new HtmlReport(explanation, pictures, top).toHtml());
        return folder.publish();
    }

    private static Map<String, String> metadata(Explanation explanation) {
        Map<String, String> metadata = new LinkedHashMap<>();
        metadata.put("lrp4j", Version.NUMBER);
        metadata.put("layout", "C, H, W of the normalised input");
        metadata.put("model", explanation.model().network().name());
        metadata.put("weights", explanation.model().weights());
        metadata.put("rules", explanation.preset().toString());
        metadata.put("picture", explanation.picture().source());
        metadata.put("target", Integer.toString(explanation.target().index()));
        metadata.put("target.label", explanation.target().label());
        return metadata;
    }
}
