package web

import (
	"bytes"
	"compress/gzip"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"io"
	"io/fs"
	"mime"
	"path"
	"strings"
	"sync"

	"github.com/andybalholm/brotli"
	"github.com/gofiber/fiber/v2"
)

// assets serves static files under names that carry a hash of their content,
// so that they can be kept for ever, compressed at most once.
type assets struct {
	byURL map[string]*asset
	urls  map[string]string // file name → URL
}

type asset struct {
	content     []byte
	contentType string
	compressed  func() (brotli, gzip []byte)
}

func newAssets(files fs.FS) (*assets, error) {
	a := &assets{byURL: map[string]*asset{}, urls: map[string]string{}}
	err := fs.WalkDir(files, ".", func(name string, entry fs.DirEntry, err error) error {
		if err != nil || entry.IsDir() || mime.TypeByExtension(path.Ext(name)) == "" {
			return err
		}
		content, err := fs.ReadFile(files, name)
		if err != nil {
			return err
		}
		sum := sha256.Sum256(content)
		ext := path.Ext(name)
		url := fmt.Sprintf("/s/%s.%s%s", strings.TrimSuffix(path.Base(name), ext), hex.EncodeToString(sum[:6]), ext)
		a.urls[name] = url
		a.byURL[url] = &asset{
			content:     content,
			contentType: mime.TypeByExtension(ext),
			compressed:  sync.OnceValues(func() ([]byte, []byte) { return compress(content) }),
		}
		return nil
	})
	return a, err
}

// url returns the address of a file; a name that does not exist stops the
// program at start, when every template is tried.
func (a *assets) url(name string) (string, error) {
	url, ok := a.urls[name]
	if !ok {
		return "", fmt.Errorf("static file %q does not exist", name)
	}
	return url, nil
}

// compress uses a middle level: a good one takes seconds for a chart library.
func compress(content []byte) (br, gz []byte) {
	var b, g bytes.Buffer
	bw := brotli.NewWriterLevel(&b, 6)
	gw, _ := gzip.NewWriterLevel(&g, 6) // the level is valid
	for _, w := range []io.WriteCloser{bw, gw} {
		w.Write(content) // to memory: cannot fail
		w.Close()
	}
	return b.Bytes(), g.Bytes()
}

func (a *assets) serve(c *fiber.Ctx) error {
	file := a.byURL[c.Path()]
	if file == nil {
		return problem(fiber.StatusNotFound, "not_found")
	}
	c.Set(fiber.HeaderCacheControl, "public, max-age=31536000, immutable")
	c.Set(fiber.HeaderContentType, file.contentType)
	c.Set(fiber.HeaderVary, fiber.HeaderAcceptEncoding)
	br, gz := file.compressed()
	switch encodingOf(c) {
	case "br":
		c.Set(fiber.HeaderContentEncoding, "br")
		return c.Send(br)
	case "gzip":
		c.Set(fiber.HeaderContentEncoding, "gzip")
		return c.Send(gz)
	}
	return c.Send(file.content)
}

// encodingOf chooses the smallest encoding that the client takes.
func encodingOf(c *fiber.Ctx) string {
	accepted := c.Request().Header.Peek(fiber.HeaderAcceptEncoding)
	for _, encoding := range []string{"br", "gzip"} {
		if acceptsEncoding(accepted, encoding) {
			return encoding
		}
	}
	return ""
}

// acceptsEncoding looks for an encoding in an Accept-Encoding header. One that
// is refused by q=0 is not taken.
func acceptsEncoding(header []byte, encoding string) bool {
	for item := range bytes.SplitSeq(header, []byte(",")) {
		name, params, _ := bytes.Cut(item, []byte(";"))
		if !bytes.EqualFold(bytes.TrimSpace(name), []byte(encoding)) {
			continue
		}
		q := bytes.TrimSpace(params)
		return !bytes.HasPrefix(q, []byte("q=0")) || bytes.ContainsAny(q[3:], "123456789")
	}
	return false
}
