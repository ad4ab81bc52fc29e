package seen

import (
	"slices"
	"strings"

	"watcher/internal/feeds"
	"watcher/internal/feeds/fingerprint"
)

// maxParams is how many parameters are remembered of a feed.
const maxParams = 4

// paramsOf are the parameters of an article's link that may say from where it was
// found, each as it stands in the canonical link.
func paramsOf(link string) []string {
	_, query, ok := strings.Cut(feeds.CanonicalLink(link), "?")
	if !ok {
		return nil
	}
	query, _, _ = strings.Cut(query, "#")
	return strings.Split(query, "&")
}

func paramHash(param string) uint32 { return uint32(fingerprint.Hash(param)>>32 | 1) }

// noteParams finds the parameters that all links of the feed have alike: they name
// the feed and not the article. Two links tell; each later one may contradict.
func (j *judgement) noteParams() {
	var items []*feeds.Item
	for _, i := range j.read {
		if it := &j.doc.Items[j.item[i]]; it.Link != "" {
			items = append(items, it)
		}
	}
	params := slices.Clone(j.seen.params)
	if !j.seen.based || j.seen.older {
		if len(items) < 2 {
			return
		}
		for _, p := range paramsOf(items[0].Link) {
			params = append(params, paramHash(p))
		}
		params = params[:min(len(params), maxParams)]
	}
	for _, it := range items {
		own := paramsOf(it.Link)
		params = slices.DeleteFunc(params, func(h uint32) bool {
			return !slices.ContainsFunc(own, func(p string) bool { return paramHash(p) == h })
		})
	}
	j.next.params = params
}

// sectionKey identifies an article in other feeds of the site that have it under the
// same title, and the same link but for the parameter that names the feed; 0 if the
// link has no such parameter, or is not the article's own.
func (j *judgement) sectionKey(i int) uint64 {
	it := &j.doc.Items[j.item[i]]
	if len(j.next.params) == 0 || it.Title == "" || !j.isOwn(sign(&j.doc.Entries[i], keyLink)) {
		return 0
	}
	own := paramsOf(it.Link)
	rest := slices.DeleteFunc(slices.Clone(own), func(p string) bool { return slices.Contains(j.next.params, paramHash(p)) })
	if len(rest) == len(own) {
		return 0
	}
	page, _, _ := strings.Cut(feeds.CanonicalLink(it.Link), "?")
	return fingerprint.Hash(page + "?" + strings.Join(rest, "&") + "\x00" + it.Title)
}
