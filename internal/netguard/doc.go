// Package netguard guards outgoing connections: it refuses private addresses when
// connecting, and words why no answer came.
package netguard
