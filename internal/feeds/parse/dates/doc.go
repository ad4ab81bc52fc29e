// Package dates reads the dates of feeds, in the formats that publishers write
// and in some thirty languages. It refuses to guess between day and month.
package dates
