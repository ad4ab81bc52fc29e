// Package store is what both halves of the road know of a store: when to ask it
// again.
package store
