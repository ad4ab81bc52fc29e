//go:build race

package feeds

// slowdown is by how much the race detector exceeds the limits on time and
// memory.
const slowdown = 12
