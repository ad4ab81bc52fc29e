// Package store is what the rooms know of a store, whichever it is: when to ask it
// again, what was counted, what was damaged, and who hears of what changes.
package store
