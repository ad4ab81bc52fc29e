// Package text turns what strangers wrote into plain text: markup into words,
// without control characters and without what steers a reader's display.
package text
