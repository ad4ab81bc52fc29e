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
	"guid none, refills",
	"once guids, refills",
	"refills",
	"TestSectionFeeds/a_name",
	"TestSectionFeeds/a_name_in_a_longer_value",
	"TestSectionFeeds/a_number",
	"TestSectionFeeds/the_link_is_the_guid",
	"TestSectionFeeds/no_guid",
	"TestSectionFeeds/other_parameters_say_which_article_it_is",
	"TestSectionFeeds/short_texts_that_are_all_the_same",
	"TestSectionFeeds/no_text",
	"TestSectionFeeds/other_articles_have_the_same_title",
	"TestSectionFeeds/other_articles_have_the_same_title,_and_texts",
}
