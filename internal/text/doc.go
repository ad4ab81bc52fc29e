// Package text turns what strangers wrote into plain text that can be shown: markup
// into words, without control characters and without what steers a reader's display,
// on one line where that is wanted, and short.
package text
