package text

import "strconv"

// Number writes how many there are for people, in groups of three digits: 1,234,567.
func Number[T int | int64](n T) string { return Grouped(strconv.FormatInt(int64(n), 10)) }

// Grouped parts digits into groups of three.
func Grouped(digits string) string {
	for at := len(digits) - 3; at > 0; at -= 3 {
		digits = digits[:at] + "," + digits[at:]
	}
	return digits
}
