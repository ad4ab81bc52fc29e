// Package targets has the kinds of targets, a file for each: how it words what it
// is told, and how it sends that.
package targets
