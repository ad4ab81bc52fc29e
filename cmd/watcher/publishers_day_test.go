package main

import (
	"fmt"
	"slices"
	"strings"
	"time"
)

// story is what a newsroom publishes. Its place stands in its text and nowhere else, so
// that an alert can be matched to it whatever happens to the rest.
type story struct {
	place, title, more string
	date               time.Time
}

func (s story) body() string {
	return strings.TrimSpace("NATO ministers are expected in " + s.place + " on Thursday. " + s.more)
}

// slug returns the name of a story's page: its title, with a number if an earlier story has
// the same name.
func slug(stories []story, of story) string {
	name, same := strings.ToLower(strings.ReplaceAll(strings.ReplaceAll(of.title, ",", ""), " ", "-")), 1
	for _, s := range stories {
		if s.title == of.title && s.date.Before(of.date) {
			same++
		}
	}
	if same == 1 {
		return name
	}
	return fmt.Sprintf("%s-%d", name, same)
}

// hour is an hour of the day: what the newsroom does to its stories, the newest first.
type hour struct {
	what  string
	site  string // the site moves there
	night bool   // only in a whole day
	// do is nil if nothing is done or built.
	do func(now time.Time, stories []story) []story
}

const oldSite, newSite = "http://gazette.example", "https://www.gazette.example"

const opening = -32 * time.Hour // since the beginning of today, in UTC

// day is right if each place is alerted once: whatever is published after the first hour is
// news, and nothing else that the newsroom does with it is. The day begins at opening, so
// that a story comes out in the first hour after midnight.
var day = []hour{
	{what: "open", do: func(now time.Time, _ []story) []story {
		var all []story
		for i, place := range []string{"Vilnius", "Ankara", "Oslo", "Madrid"} {
			all = append(all, story{place: place, title: "Talks number " + fmt.Sprint(9-i) + " prepared", date: now.Add(-time.Duration(i*3+1) * time.Hour)})
		}
		return all
	}},
	{what: "publish", do: publishing("Grain deal holds", "Odesa")},
	{what: "correct a headline", do: editing("Odesa", func(s *story) { s.title = "Grain agreement holds, for now" })},
	{what: "publish two", do: func(now time.Time, stories []story) []story {
		return publishing("Port reopens", "Gdansk")(now, publishing("Strike ends", "Antwerp")(now.Add(-time.Minute), stories))
	}},
	{what: "correct a date", do: editing("Gdansk", func(s *story) { s.date = s.date.Add(-26 * time.Hour) })},
	{what: "edit a text", do: editing("Antwerp", func(s *story) { s.more = "The unions have agreed." })},
	{what: "publish a column", do: publishing("Weekly digest", "Tallinn")},
	{what: "delete", do: deleting("Odesa")},
	{what: "publish a column of the same name", do: publishing("Weekly digest", "Skopje")},
	{what: "rebuild", do: func(_ time.Time, stories []story) []story { return stories }},
	{what: "put an old one first", do: func(now time.Time, stories []story) []story {
		i := slices.IndexFunc(stories, func(s story) bool { return s.place == "Oslo" })
		old := stories[i]
		old.date = now
		return slices.Insert(slices.Delete(stories, i, i+1), 0, old)
	}},
	{what: "publish while another leaves", do: func(now time.Time, stories []story) []story {
		return publishing("Border crossing closes", "Narva")(now, deleting("Madrid")(now, stories))
	}},
	{what: "publish one of two hours ago", do: func(now time.Time, stories []story) []story {
		return publishing("Convoy turns back", "Pristina")(now.Add(-2*time.Hour), stories)
	}},
	{what: "move, and publish", site: newSite, do: publishing("Embassy reopens", "Tirana")},
	{what: "publish after the move", do: publishing("Bridge repaired", "Mostar")},
	{what: "correct headline and text", do: editing("Tirana", func(s *story) { s.title, s.more = "Embassy opens again", "A flag was raised." })},
	{what: "publish the last", do: publishing("Night talks begin", "Valletta")},
	{night: true, what: "publish one of three hours ago, and sleep", do: func(now time.Time, stories []story) []story {
		return publishing("Ferry turns round", "Larnaca")(now.Add(-3*time.Hour), stories)
	}},
	{night: true, what: "sleep"},
	{night: true, what: "sleep"},
	{night: true, what: "sleep"},
	{night: true, what: "sleep"},
	{night: true, what: "sleep"},
	{night: true, what: "sleep"},
	{night: true, what: "publish in the morning", do: publishing("Morning talks fail", "Nicosia")},
}

func publishing(title, place string) func(time.Time, []story) []story {
	return func(now time.Time, stories []story) []story {
		return slices.Insert(slices.Clone(stories), 0, story{place: place, title: title, date: now})
	}
}

func editing(place string, edit func(*story)) func(time.Time, []story) []story {
	return func(_ time.Time, stories []story) []story {
		stories = slices.Clone(stories)
		for i := range stories {
			if stories[i].place == place {
				edit(&stories[i])
			}
		}
		return stories
	}
}

func deleting(place string) func(time.Time, []story) []story {
	return func(_ time.Time, stories []story) []story {
		return slices.DeleteFunc(slices.Clone(stories), func(s story) bool { return s.place == place })
	}
}
