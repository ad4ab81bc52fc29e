// Package deliver is the right half of the road: the Deliverer works off the outbox,
// and each target's policy decides when it is told what.
package deliver
