//go:build !race

package feeds

const slowdown = 1
