//go:build !faults

// Package fault kills the process at named points of the road of an article, to
// try what a crash there leaves behind. Only a build with the tag faults has
// any of it; in all others Point is empty, and the compiler removes it.
package fault

// Point does nothing.
func Point(string) {}

// PointOf does nothing.
func PointOf(at, of string) {}
