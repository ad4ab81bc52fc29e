// Package fingerprint computes what identifies an item: hashes of its names and
// its text, and of what stays of them where a part moves.
package fingerprint
