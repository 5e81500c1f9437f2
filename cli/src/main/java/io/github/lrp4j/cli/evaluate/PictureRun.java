package io.github.lrp4j.cli.evaluate;

import io.github.lrp4j.cli.console.UserError;
import io.github.lrp4j.evaluate.Attribution;
import io.github.lrp4j.evaluate.Batch;
import io.github.lrp4j.evaluate.Classifier;
import io.github.lrp4j.evaluate.localisation.Localisation;
import io.github.lrp4j.evaluate.perturbation.Perturbation;
import io.github.lrp4j.evaluate.perturbation.PictureCurves;
import io.github.lrp4j.explain.picture.HeatMap;
import io.github.lrp4j.explain.picture.Png;
import io.github.lrp4j.lrp.NonFiniteRelevanceException;
import io.github.lrp4j.tensor.Tensor;
import io.github.lrp4j.zoo.data.ClassMatch;
import io.github.lrp4j.zoo.data.LabelledPicture;
import io.github.lrp4j.zoo.data.PictureData;
import io.github.lrp4j.zoo.image.ImagePreprocessing;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Measures methods one after another over the pictures of a data set, batch by batch. What the journal has is not measured
 * again; batches begin at the same pictures however often a run was interrupted, so that it ends with the same numbers.
 *
 * @param classifier what is explained
 * @param input how pictures are prepared
 * @param data the pictures
 * @param match classes of the data and of the model
 * @param images how many of the pictures
 * @param batch how many are explained together
 * @param protocol how they are perturbed
 * @param masks where the objects of pictures are; empty where that is not known
 * @param examples of how many the heat maps are kept
 */
record PictureRun(Classifier classifier, ImagePreprocessing input, PictureData data, ClassMatch match, long images,
        int batch, Perturbation protocol, Optional<Masks> masks, int examples) {
    private static final double NANOS = 1e-9;

    /** Measures all methods. */
    void run(Map<String, Attribution> methods, Journal journal, Speeds speeds, Pace pace) throws IOException {
        Map<String, Set<Long>> recorded = journal.keys(CurveLine::is);
        for (Map.Entry<String, Attribution> method : methods.entrySet()) {
            Set<Long> done = recorded.getOrDefault(method.getKey(), Set.of());
            try (PictureData.Cursor pictures = data.open()) {
                for (long from = 0; from < images; from += batch) {
                    int size = (int) Math.min(batch, images - from);
                    if (isDone(done, from, size)) {
                        pictures.skip(size);
                        pace.passed(size);
                    } else {
                        measure(method.getKey(), method.getValue(), next(pictures, size), done, journal, speeds);
                        pace.done(method.getKey(), size);
                    }
                }
            }
        }
    }

    private static boolean isDone(Set<Long> done, long from, int size) {
        for (long key = from; key < from + size; key++) {
            if (!done.contains(key)) {
                return false;
            }
        }
        return true;
    }

    private List<LabelledPicture> next(PictureData.Cursor pictures, int size) throws IOException {
        List<LabelledPicture> next = new ArrayList<>();
        while (next.size() < size) {
            LabelledPicture picture = pictures.next();
            if (picture == null) {
                throw new IOException(data.name() + ": ends before its " + images + " pictures");
            }
            next.add(picture);
        }
        return next;
    }

    private void measure(String method, Attribution attribution, List<LabelledPicture> pictures, Set<Long> done,
            Journal journal, Speeds speeds) throws IOException {
        Batch explained = batch(pictures);
        PeakMemory.reset();
        long start = System.nanoTime();
        Tensor relevance;
        try {
            relevance = attribution.of(explained);
        } catch (NonFiniteRelevanceException e) {
            throw UserError.input(method + " gives no finite relevance for the pictures from "
                    + pictures.getFirst().name() + " on; leave it out of --methods: " + e.getMessage(), e);
        }
        double seconds = (System.nanoTime() - start) * NANOS;
        speeds.add(method, new Speeds.Speed(pictures.size(), seconds, PeakMemory.bytes()));
        int[] labels = pictures.stream().mapToInt(picture -> match.of(picture.label())).toArray();
        List<PictureCurves> curves = protocol.curves(explained, relevance, labels);
        for (int n = 0; n < pictures.size(); n++) {
            LabelledPicture picture = pictures.get(n);
            if (!done.contains(picture.index())) {
                String map = picture.index() < examples ? heatMap(relevance.select(0, n)) : "";
                journal.append(new CurveLine(method, picture.name(), curves.get(n),
                        localisation(picture, relevance.select(0, n)), map).toJson());
            }
        }
    }

    private Optional<Localisation> localisation(LabelledPicture picture, Tensor relevance) throws IOException {
        if (masks.isEmpty()) {
            return Optional.empty();
        }
        return masks.get().of(picture, input)
                .map(region -> Localisation.of(relevance, region, masks.get().tolerance()));
    }

    private static String heatMap(Tensor relevance) {
        return Base64.getEncoder().encodeToString(Png.encode(HeatMap.of(relevance).draw(1)));
    }

    /** The pictures as the network sees them; explained is what it takes each for. */
    Batch batch(List<LabelledPicture> pictures) {
        Tensor inputs =
                ImagePreprocessing.stacked(pictures.stream().map(picture -> input.apply(picture.image())).toList());
        Tensor logits = classifier.logits(inputs);
        int[] targets = new int[pictures.size()];
        for (int n = 0; n < targets.length; n++) {
            double[] ofPicture = logits.select(0, n).toDoubleArray();
            for (int c = 1; c < ofPicture.length; c++) {
                targets[n] = ofPicture[c] > ofPicture[targets[n]] ? c : targets[n];
            }
        }
        return new Batch(classifier, inputs, targets, pictures.stream().mapToLong(LabelledPicture::index).toArray());
    }

    /** The first pictures of the data. */
    List<LabelledPicture> first(int count) throws IOException {
        try (PictureData.Cursor pictures = data.open()) {
            return next(pictures, (int) Math.min(count, images));
        }
    }
}
