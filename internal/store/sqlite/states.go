package sqlite

import (
	"context"
	"database/sql"
	"encoding/json"
	"fmt"
	"slices"
	"strings"

	"hailong/internal/calendar"
	"hailong/internal/store"
)

// selectStates counts the responses of each part of each agency's day. As
// responses are only ever added, a part whose count is the same is the same.
var selectStates = `WITH parts (part, first, last) AS (VALUES ` + partRows() + `)
	SELECT agencies.value, part, (SELECT count(*) FROM responses
		WHERE day = @day AND agency = agencies.value AND id BETWEEN first AND last)
	FROM json_each(@agencies) AS agencies, parts`

// partRows lists each part with its first and last id.
func partRows() string {
	rows := make([]string, store.Parts)
	for i := range rows {
		first, last := store.PartBounds(i + 1)
		rows[i] = fmt.Sprintf("(%d, x'%x', x'%x')", i+1, first[:], last[:])
	}
	return strings.Join(rows, ", ")
}

// States keeps the contract.
func (s *Store) States(ctx context.Context, agencies []string, day calendar.Day) ([]store.State, error) {
	if len(agencies) == 0 {
		return nil, ctx.Err()
	}
	names, err := json.Marshal(agencies)
	if err != nil {
		return nil, err
	}
	states, err := s.counted.get(ctx, fmt.Sprintf("%d %s", day, names), func() ([]store.State, error) {
		all, err := list(ctx, s.reader, readState, selectStates, sql.Named("day", day), sql.Named("agencies", string(names)))
		return slices.DeleteFunc(all, func(state store.State) bool { return state.Token == "0" }), err
	})
	return slices.Clone(states), failed(ctx, fmt.Sprintf("states of %d agencies on %s", len(agencies), day), err)
}

func readState(scan func(...any) error) (store.State, error) {
	var state store.State
	err := scan(&state.Agency, &state.Part, &state.Token)
	return state, err
}
