/** The command {@code doctor}: what this machine has and what lrp4j makes of it. */
package io.github.lrp4j.cli.doctor;
