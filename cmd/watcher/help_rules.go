package main

import "github.com/spf13/cobra"

// rulesTopic is what "watcher help rules" says: the language of queries on one
// screen.
func rulesTopic() *cobra.Command {
	return &cobra.Command{
		Use:   "rules",
		Short: "How a rule is written",
		Long: `A rule has keywords:, of which any one is enough, or match:, a query.

  rules:
    - name: forward-presence
      keywords: [Baltic, NATO, Enhanced Forward Presence]
      notify: [desk]
    - name: baltic-brigades
      match: '@baltics AND (NATO NEAR/15 brigade*)'
      feeds: [tag:analysis, ERR News]

A query is made of

  Baltic                   the word in its forms: Baltics, Baltic's; Lietuva: Lietuvos
  "battle group"           these words in this order, in these forms; "battle group~"
                           lets the last one vary
  =US                      exactly so, capitals and accents included
  deter*                   words that begin so
  NATO AND Estonia         AND, OR, NOT and ( ); operators are in capitals, and words
                           side by side mean AND
  NATO NEAR/10 Narva       within ten words; BEFORE/5 keeps the order
  ATLEAST/3 NATO           at least three mentions
  title:Narva              in one field: title, summary, content, lead, author,
                           category, link
  feed:"ERR News"          where it comes from: feed, tag, lang
  /EFP-\d+/                a regular expression
  @baltics                 a list of the config
  @@Estonia @@baltics      a state, an organisation or a group that watcher knows in
                           every language: "watcher entity" lists them

Try one before it goes live, on what came in the last month:

  watcher try --since 30d 'NATO AND Estonia*'

docs/rules.md has all of it, with examples. "watcher check" warns of what is
allowed and probably not meant.`,
	}
}
