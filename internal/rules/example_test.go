package rules_test

import (
	"fmt"
	"strings"

	"watcher/internal/feeds"
	"watcher/internal/rules"
)

func ExampleCompile() {
	_, err := rules.Compile([]rules.Rule{
		{Name: "baltic", Keywords: []string{"Estonia", "Latvia"}},
		{Name: "exercise", Match: "(NATO NEAR/10 exercise"},
	}, rules.Options{})
	for _, e := range rules.AsErrors(err) {
		fmt.Println(e)
		fmt.Println(e.Caret())
	}
	// Output:
	// rule exercise: match, column 1: the ( is not closed; add )
	// (NATO NEAR/10 exercise
	// ^
}

func ExampleSet_Match() {
	set, err := rules.Compile([]rules.Rule{
		{Name: "brigade", Match: "brigade AND (Estonia OR Estonian)"},
		{Name: "patriot", Keywords: []string{"Patriot"}},
	}, rules.Options{})
	if err != nil {
		panic(err)
	}
	item := &feeds.Item{Title: "Two brigades train with Estonian soldiers", Language: "en"}
	for _, m := range set.Match(item) {
		fmt.Println(set.Rule(m.Rule).Name)
		for _, s := range m.Spans {
			fmt.Printf("%s: %q in the %s\n", s.Term, item.Title[s.Start:s.End], s.Field)
		}
	}
	// Output:
	// brigade
	// brigade: "brigades" in the title
	// Estonian: "Estonian" in the title
}

func ExampleSet_Explain() {
	set, err := rules.Compile([]rules.Rule{{Name: "exercise", Match: "NATO NEAR/3 exercise AND NOT title:drill"}}, rules.Options{})
	if err != nil {
		panic(err)
	}
	x := set.Explain(0, &feeds.Item{Title: "NATO begins its largest winter exercise", Language: "en"})
	fmt.Println(x.Matched)
	fmt.Println(strings.Join(x.Lines, "\n"))
	// Output:
	// false
	// NATO: yes, once; within 3 words of exercise: no, nearest is 5
	// NOT: yes
	//   title:drill: no
}
