/** Encoders of text (BERT, RoBERTa) with the heads that they are fine-tuned with, under Hugging Face's keys. */
package io.github.lrp4j.zoo.text;
