// Package strict reads YAML into Go values and notes every mistake, with its line and
// column, in words for the person who wrote it. What it needs to know of their subject, a
// Dialect provides.
//
// A document is read in three steps, one file each: yaml.go parses it and, where it is no
// YAML, has cause.go and quotes.go find what was really written wrongly; decode.go goes
// through structs and nodes side by side, scalar.go and expand.go take single values, and
// unknown.go guesses what a key was meant to be; path.go and source.go say where it
// stands.
package strict
