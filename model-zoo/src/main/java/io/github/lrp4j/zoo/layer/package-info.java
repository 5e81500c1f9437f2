/**
 * Modules of networks: each a record of its weights that records its ops.
 */
package io.github.lrp4j.zoo.layer;
