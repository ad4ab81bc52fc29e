package story

import "slices"

// aligned returns pairs of places of common words in two texts, in the order of both.
// Words that occur once in each are matched first, as in patience diff, and then what
// is between them.
func aligned(x, y []said) [][2]int {
	var out [][2]int
	var walk func(i, iEnd, j, jEnd int)
	walk = func(i, iEnd, j, jEnd int) {
		for i < iEnd && j < jEnd && x[i].letters == y[j].letters {
			out = append(out, [2]int{i, j})
			i, j = i+1, j+1
		}
		tail := 0
		for i < iEnd-tail && j < jEnd-tail && x[iEnd-tail-1].letters == y[jEnd-tail-1].letters {
			tail++
		}
		iEnd, jEnd = iEnd-tail, jEnd-tail
		if i < iEnd && j < jEnd {
			unique := anchors(x, y, i, iEnd, j, jEnd)
			for _, m := range unique {
				walk(i, m[0], j, m[1])
				out = append(out, m)
				i, j = m[0]+1, m[1]+1
			}
			if len(unique) > 0 {
				walk(i, iEnd, j, jEnd)
			}
		}
		for t := range tail {
			out = append(out, [2]int{iEnd + t, jEnd + t})
		}
	}
	walk(0, len(x), 0, len(y))
	return out
}

// anchors returns the longest common sequence of words that occur once in each of two
// stretches.
func anchors(x, y []said, i, iEnd, j, jEnd int) [][2]int {
	type count struct{ inX, inY, at int }
	seen := make(map[string]*count, iEnd-i)
	for k := i; k < iEnd; k++ {
		c := seen[x[k].letters]
		if c == nil {
			c = new(count)
			seen[x[k].letters] = c
		}
		c.inX++
	}
	for k := j; k < jEnd; k++ {
		if c := seen[y[k].letters]; c != nil {
			c.inY++
			c.at = k
		}
	}
	var pairs [][2]int
	for k := i; k < iEnd; k++ {
		if c := seen[x[k].letters]; c.inX == 1 && c.inY == 1 {
			pairs = append(pairs, [2]int{k, c.at})
		}
	}
	return longestRising(pairs)
}

// longestRising returns the longest subsequence of pairs, ascending by their first
// element, that ascends by their second too.
func longestRising(pairs [][2]int) [][2]int {
	var piles []int // the top pair of each pile
	before := make([]int, len(pairs))
	for k, p := range pairs {
		at, _ := slices.BinarySearchFunc(piles, p[1], func(top, second int) int { return pairs[top][1] - second })
		before[k] = -1
		if at > 0 {
			before[k] = piles[at-1]
		}
		if at == len(piles) {
			piles = append(piles, k)
		} else {
			piles[at] = k
		}
	}
	if len(piles) == 0 {
		return nil
	}
	out := make([][2]int, len(piles))
	for k, at := piles[len(piles)-1], len(piles)-1; k >= 0; k, at = before[k], at-1 {
		out[at] = pairs[k]
	}
	return out
}
