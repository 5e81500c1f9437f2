package io.github.lrp4j.cli.explain;

import io.github.lrp4j.cli.console.Progress;
import io.github.lrp4j.explain.ExplainListener;

/** Shows on the screen what an explainer tells. */
final class ShownProgress implements ExplainListener {
    private final Progress progress;
    private Progress.Task task;

    private ShownProgress(Progress progress) {
        this.progress = progress;
    }

    /** A listener that shows; none where nothing is shown. */
    static ExplainListener on(Progress progress) {
        return progress.isShown() ? new ShownProgress(progress) : ExplainListener.NONE;
    }

    @Override
    public void begins(String work, long steps) {
        task = steps == 0 ? progress.begin(work) : progress.begin(work, steps);
    }

    @Override
    public void step() {
        task.step();
    }

    @Override
    public void ends() {
        task.close();
    }
}
