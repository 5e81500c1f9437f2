/** The conservation ledger as files: JSON and a picture. */
package io.github.lrp4j.cli.ledger;
