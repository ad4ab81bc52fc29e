// Package fingerprint computes what identifies an item: hashes of its names and its
// text, and of the parts of them that stay the same when others change.
package fingerprint
