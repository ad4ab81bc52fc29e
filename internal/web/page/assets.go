package page

import (
	"crypto/sha256"
	"embed"
	"encoding/hex"
	"fmt"
	"mime"
	"net/http"
	"path"
	"strings"
)

//go:embed assets
var assetFiles embed.FS

// assets are the files that pages load, each under a name that changes with what is in
// it, so that a browser may keep it for ever.
type assets struct {
	named  map[string]string // "page.css" → "page-1a2b3c4d5e.css"
	served map[string]asset  // by the latter
}

type asset struct {
	body []byte
	kind string // Content-Type
}

func newAssets() assets {
	a := assets{make(map[string]string), make(map[string]asset)}
	entries, err := assetFiles.ReadDir("assets")
	if err != nil {
		panic(err) // embedded
	}
	for _, e := range entries {
		body, err := assetFiles.ReadFile("assets/" + e.Name())
		if err != nil {
			panic(err)
		}
		sum, ext := sha256.Sum256(body), path.Ext(e.Name())
		name := fmt.Sprintf("%s-%s%s", strings.TrimSuffix(e.Name(), ext), hex.EncodeToString(sum[:5]), ext)
		kind := mime.TypeByExtension(ext)
		if ext == ".svg" {
			kind = "image/svg+xml"
		}
		a.named[e.Name()], a.served[name] = name, asset{body, kind}
	}
	return a
}

// ServeHTTP serves an asset by the last part of its path. What is no asset's name is
// not found: no path of the request reaches a file system.
func (a assets) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	file, ok := a.served[r.PathValue("name")]
	if !ok {
		http.NotFound(w, r)
		return
	}
	w.Header().Set("Content-Type", file.kind)
	w.Header().Set("Cache-Control", "public, max-age=31536000, immutable")
	_, _ = w.Write(file.body) // the client is gone if it fails
}
