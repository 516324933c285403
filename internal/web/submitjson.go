package web

import (
	"hailong/internal/collect"
	"hailong/internal/survey"

	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"
	"github.com/gofiber/fiber/v2"
)

// submissionJSON is the body of a program's submission.
type submissionJSON struct {
	Submission string                    `json:"submission"`
	Lang       string                    `json:"lang"`
	Service    *string                   `json:"service"`
	Answers    map[string]jsontext.Value `json:"answers"`
}

// decodeJSON is strict: invalid UTF-8, unpaired surrogates, repeated and
// unknown names are malformed.
func decodeJSON(c *fiber.Ctx, in *incoming) *survey.InvalidError {
	var body submissionJSON
	if err := json.Unmarshal(c.Body(), &body, json.RejectUnknownMembers(true)); err != nil {
		return malformedBody()
	}
	in.Key = body.Submission
	if body.Lang != "" {
		in.Lang = body.Lang
	}
	if body.Service != nil {
		in.Service = *body.Service
	}
	in.Given, in.Mistyped = collect.FromJSON(in.Form, body.Answers)
	return nil
}
