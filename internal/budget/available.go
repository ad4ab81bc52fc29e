package budget

import (
	"bytes"
	"math"
	"os"
	"path"
	"strconv"
	"strings"
)

// Most is the size of a budget for which nobody has set another.
const Most = 512 << 20

// Default is the size of a budget that nobody has set: half of what is available,
// and Most at most.
func Default() int64 { return min(Available()/2, Most) }

// Available is how much memory the process may have: what its cgroup allows (v1
// or v2, and those around it), or what the machine has. Where neither says it, it
// is enough for Most.
func Available() int64 {
	machine, _ := os.ReadFile("/proc/meminfo")
	groups, _ := os.ReadFile("/proc/self/cgroup")
	return min(total(string(machine)), allowed("/sys/fs/cgroup", string(groups)))
}

// total is the memory that a /proc/meminfo says the machine has.
func total(meminfo string) int64 {
	for line := range strings.Lines(meminfo) {
		if f := strings.Fields(line); len(f) == 3 && f[0] == "MemTotal:" {
			if kB, err := strconv.ParseInt(f[1], 10, 64); err == nil && kB > 0 {
				return kB << 10
			}
		}
	}
	return 2 * Most
}

// allowed is the least of the limits of the groups that a /proc/self/cgroup names,
// below root (cgroups(7)). In a container its own group is the root.
func allowed(root, groups string) int64 {
	least := int64(math.MaxInt64)
	for line := range strings.Lines(groups) {
		_, rest, _ := strings.Cut(strings.TrimSpace(line), ":")
		controllers, group, _ := strings.Cut(rest, ":")
		dir, file := root, "memory.max"
		switch {
		case controllers == "memory":
			dir, file = path.Join(root, "memory"), "memory.limit_in_bytes"
		case controllers != "":
			continue
		}
		for at := path.Clean("/" + group); ; at = path.Dir(at) {
			if b, err := os.ReadFile(path.Join(dir, at, file)); err == nil {
				if n, err := strconv.ParseInt(string(bytes.TrimSpace(b)), 10, 64); err == nil && n > 0 {
					least = min(least, n) // "max" is no number
				}
			}
			if at == "/" {
				break
			}
		}
	}
	return least
}
