// Package text turns strangers' text into plain text that can be shown: without markup,
// without control characters and what steers a reader's display, on one line where
// needed, and short.
package text
