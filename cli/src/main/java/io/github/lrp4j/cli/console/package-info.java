/** How the commands speak: errors in one line, exit codes, progress, whole files. */
package io.github.lrp4j.cli.console;
