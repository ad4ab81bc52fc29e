package feeds

import (
	"net/url"
)

func pageError(text []byte, base *url.URL) error {
	return failf(NotFeed, "this is a web page, not a feed")
}
