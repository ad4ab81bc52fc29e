// Package seen decides which items of a document a feed has shown before, and
// keeps what that needs. It does no I/O and reads no clock.
package seen
