package page

import (
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"

	"watcher/internal/desk"
)

type rulesPage struct {
	frame
	Find string
	All  int
	Rows []ruleRow
	More string // the address of the next page; empty on the last
}

// rulesShown is how many rules a page has.
const rulesShown = 100

type ruleRow struct {
	Name, Severity, Query string
	Spark                 spark
	Matches, Alone        int // in the days of Spark
	Last, Silent          moment
	Lint                  int
}

func (s *site) rules(r *http.Request, f *frame) (any, error) {
	f.Title = "Rules"
	all, err := s.Desk.Rules(r.Context())
	if err != nil {
		return nil, err
	}
	q := r.URL.Query()
	from, _ := strconv.Atoi(q.Get("from")) // what is no number is the beginning
	p := rulesPage{Find: strings.TrimSpace(q.Get("name")), All: len(all)}
	found := 0
	for i := range all {
		rule := &all[i]
		if !contains(rule.Name, p.Find) && !contains(queryOf(rule), p.Find) {
			continue
		}
		if found++; found <= from {
			continue
		}
		if len(p.Rows) == rulesShown {
			rest := kept(q, []string{"name"})
			rest.Set("from", strconv.Itoa(found-1))
			p.More = f.Root + "rules" + query(rest)
			break
		}
		p.Rows = append(p.Rows, f.ruleRow(rule))
	}
	p.frame = *f
	return p, nil
}

// contains says whether part stands in s, whatever the case.
func contains(s, part string) bool {
	return part == "" || strings.Contains(strings.ToLower(s), strings.ToLower(part))
}

func (f frame) ruleRow(r *desk.RuleReport) ruleRow {
	counts, alone := matchesOf(r.Days)
	row := ruleRow{
		Name: r.Name, Severity: r.Severity, Query: queryOf(r), Spark: sparkOf(counts, "matches"), Alone: alone,
		Last: f.Ago(r.LastMatch), Silent: f.At(r.Silent), Lint: len(r.Lint),
	}
	for _, n := range counts {
		row.Matches += n
	}
	return row
}

// queryOf is what a rule looks for, in one line.
func queryOf(r *desk.RuleReport) string {
	if r.Match != "" {
		return r.Match
	}
	return strings.Join(r.Keywords, ", ")
}

func matchesOf(days []desk.RuleDay) (counts []int, alone int) {
	for _, d := range days {
		counts = append(counts, d.Matches)
		alone += d.Alone
	}
	return counts, alone
}

type rulePage struct {
	frame
	Rule           desk.RuleReport
	Query          string
	Search         string // the query of its search; empty where its keywords are searched otherwise
	Chart          *chart
	Matches, Alone int
	Last, Silent   moment
	Mute           muteForm
	Feed           string // its path, as a feed
}

func (s *site) rule(r *http.Request, f *frame) (any, error) {
	report, err := s.Desk.Rule(r.Context(), r.PathValue("name"))
	if err != nil {
		return nil, err
	}
	f.Title = report.Name
	p := rulePage{Rule: report, Query: queryOf(&report), Last: f.Ago(report.LastMatch), Silent: f.At(report.Silent)}
	counts, alone := matchesOf(report.Days)
	p.Alone = alone
	perDay := make(map[string]int)
	for i, d := range report.Days {
		perDay[d.Day] = counts[i]
		p.Matches += counts[i]
	}
	if n := len(report.Days); n > 0 {
		first, err1 := time.Parse(time.DateOnly, report.Days[0].Day)
		last, err2 := time.Parse(time.DateOnly, report.Days[n-1].Day)
		if err1 == nil && err2 == nil {
			c := chartOf(perDay, first, last, "matches")
			p.Chart = &c
		}
	}
	p.Search, p.Feed = searchOf(&report), "rules/"+url.PathEscape(report.Name)
	p.Mute = muteForm{"rule", f.Root, "rule", report.Name, "rules/" + url.PathEscape(report.Name), "Mute this rule", "What it alone matches is held until the mute ends. Other rules still alert."}
	p.frame = *f
	return p, nil
}

// searchOf writes a rule as a query that can be searched for.
func searchOf(r *desk.RuleReport) string {
	if r.Match != "" {
		return r.Match
	}
	var words []string
	for _, k := range r.Keywords {
		if strings.ContainsAny(k, " ") {
			k = fmt.Sprintf("%q", k)
		}
		if !slices.Contains(words, k) {
			words = append(words, k)
		}
	}
	return strings.Join(words, " OR ")
}
