package feeds

// chain is a map from a hash to all records that have it.
type chain struct {
	first map[uint64]int
	next  []int
}

func newChain(n int) chain {
	return chain{first: make(map[uint64]int, n), next: make([]int, 0, n)}
}

// add must be called for the records in order, with 0 for those without.
func (c *chain) add(hash uint64) {
	i := len(c.next)
	c.next = append(c.next, -1)
	if hash == 0 {
		return
	}
	if f, ok := c.first[hash]; ok {
		c.next[i] = f
	}
	c.first[hash] = i
}

// find returns the latest record with the hash for which ok holds, or -1.
func (c *chain) find(hash uint64, ok func(int) bool) int {
	if hash == 0 {
		return -1
	}
	i, found := c.first[hash]
	if !found {
		return -1
	}
	for ; i >= 0; i = c.next[i] {
		if ok(i) {
			return i
		}
	}
	return -1
}
