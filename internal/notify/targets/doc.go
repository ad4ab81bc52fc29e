// Package targets has the kinds of targets, one file each: how a kind composes a
// message and how it sends it.
package targets
