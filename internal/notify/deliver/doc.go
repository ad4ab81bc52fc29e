// Package deliver is the right half of the road: the Deliverer works off the
// outbox, and a target's policy decides what it is told when.
package deliver
