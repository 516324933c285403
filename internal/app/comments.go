package app

import (
	"errors"
	"io/fs"

	"hailong/internal/comment"
	"hailong/internal/remark"
	"hailong/surveys"
)

// Lexicon loads the word lists by which comments are masked and sorted. An
// operator's folder without lexicon/ is used with the built-in lists: nothing
// is ever stored unmasked.
func Lexicon(files fs.FS) (*comment.Lexicon, error) {
	if _, err := fs.Stat(files, "lexicon"); errors.Is(err, fs.ErrNotExist) {
		files = surveys.FS
	}
	return comment.LoadLexicon(files)
}

// Remarks returns the comments, shown to agencies as the policy says.
func (a *App) Remarks(policy comment.Policy) *remark.Book {
	return remark.NewBook(remark.Options{Store: a.Store, Lexicon: a.Lexicon, Policy: policy, Audit: a.Audit, Now: a.now, Location: a.location})
}
