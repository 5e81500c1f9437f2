package io.github.lrp4j.explain;

import io.github.lrp4j.zoo.published.PublishedModel.Scores;
import java.util.ArrayList;
import java.util.List;

/**
 * Reads the class of a text: {@code y = mean_w y_w} over its windows.
 *
 * @param classes names of the classes
 * @param scores how logits become probabilities
 * @param question which classes are in question
 */
record ClassReader(List<String> classes, Scores scores, Question question) implements Reader {
    @Override
    public Reading read(Sight sight) {
        int windows = sight.outputs().size();
        double[] mean = new double[classes.size()];
        for (int w = 0; w < windows; w++) {
            double[] logits = sight.outputs().get(w).toDoubleArray();
            for (int c = 0; c < mean.length; c++) {
                mean[c] += logits[c] / windows;
            }
        }
        List<Prediction> ranking = Prediction.ranked(classes, mean, scores);
        List<Aim> aims = new ArrayList<>();
        for (Question.Part part : question.parts(ranking)) {
            List<Cell> cells = new ArrayList<>();
            double output = part.target().logit();
            String subject = part.target().label();
            for (int w = 0; w < windows; w++) {
                cells.add(new Cell(w, part.target().index(), 1.0 / windows));
            }
            if (part.against().isPresent()) {
                Prediction other = part.against().get();
                for (int w = 0; w < windows; w++) {
                    cells.add(new Cell(w, other.index(), -1.0 / windows));
                }
                output -= other.logit();
                subject += " rather than " + other.label();
            }
            aims.add(new Aim(subject, output, cells));
        }
        return new Reading(new Answer.Classes(ranking), aims);
    }
}
