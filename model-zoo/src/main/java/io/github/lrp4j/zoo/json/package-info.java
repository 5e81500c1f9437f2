/** JSON files that may be anybody's. */
package io.github.lrp4j.zoo.json;
