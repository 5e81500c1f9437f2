/** Which network, which rules, which kernels: the options that several commands share. */
package io.github.lrp4j.cli.model;
