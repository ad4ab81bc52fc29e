package config

import (
	"fmt"
	"regexp"
	"strconv"
	"strings"
)

// Size is a number of bytes, written as 512MB or 1.5GB. K, M and G are powers of 1024,
// as in systemd; B, and an i before it, are optional.
type Size int64

var sizeForm = regexp.MustCompile(`^(?i)([0-9]+(?:\.[0-9]+)?) ?([KMGT])(?:i?B)?$`)

// UnmarshalText reads a size.
func (s *Size) UnmarshalText(b []byte) error {
	m := sizeForm.FindStringSubmatch(string(b))
	if m == nil {
		return fmt.Errorf("wants a size such as 512MB or 4GB, but this is %q", b)
	}
	x, err := strconv.ParseFloat(m[1], 64)
	x *= float64(int64(1) << (10 * (1 + strings.Index("KMGT", strings.ToUpper(m[2])))))
	if err != nil || x >= 1<<62 {
		return fmt.Errorf("the size %q is too large", b)
	}
	*s = Size(x)
	return nil
}

// String formats a size for people: "4GB", "1.4MB", "300B".
func (s Size) String() string {
	const units = "KMGT"
	x, unit := float64(s), ""
	for i := 0; i < len(units) && x >= 1024; i++ {
		x, unit = x/1024, units[i:i+1]
	}
	if x >= 100 || x == float64(int64(x)) {
		return strconv.FormatFloat(x, 'f', 0, 64) + unit + "B"
	}
	return strconv.FormatFloat(x, 'f', 1, 64) + unit + "B"
}
