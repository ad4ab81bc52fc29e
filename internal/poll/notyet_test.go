package poll_test

// notYet are the habits that the judgement does not see through yet, though a person
// would: names of rows of TestEachHabit, and of TestSectionFeeds. While there are some, TestAnyHabits is not
// run.
var notYet = []string{
	"guid counter, link page, title constant, date now, text boilerplate",
	"guid session, link page, title constant, date now, text boilerplate",
	"guid host flips, link page, title constant, date now, text boilerplate",
	"guid none, link session, title constant, date now, text boilerplate",
	"guid none, link parameter, title constant, date now, text boilerplate",
	"guid none, link host flips, title constant, date now, text boilerplate",
	"guid none, link anchor, title constant, date now, text boilerplate",
	"guid none, link page, title constant, date now, text block",
	"guid counter, link page, doubled",
}
