package store

import "time"

// CountedDays is of how many days it is counted what each brought.
const CountedDays = 30

// Tally is what a rule or a feed brought on each of the last days.
type Tally struct {
	Last time.Time             // when it last brought something
	Days [CountedDays]DayCount // the last of them today
}

// DayCount is what one brought on a day. A feed has Items alone.
type DayCount struct {
	Items  int // articles
	Alerts int // that followed, one for each target that was to hear of it
	Alone  int // articles that no other rule matched
}
