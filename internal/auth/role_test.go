package auth_test

import (
	"errors"
	"fmt"
	"testing"

	"hailong/internal/auth"
)

func TestParseRole(t *testing.T) {
	for _, role := range auth.Roles() {
		if got, err := auth.ParseRole(string(role)); err != nil || got != role {
			t.Errorf("ParseRole(%q) = %q, %v", role, got, err)
		}
	}
	for _, name := range []string{"", "Admin", "root", " office", "leader,admin"} {
		if got, err := auth.ParseRole(name); !errors.Is(err, auth.ErrRole) || got != "" {
			t.Errorf("ParseRole(%q) = %q, %v", name, got, err)
		}
	}
}

// policy is the whole matrix: for each permission and role, whether it holds
// for the own agency, a foreign one and all together.
var policy = map[auth.Permission]map[auth.Role]string{
	auth.SeeFigures: {
		auth.Admin: "no  no  no ", auth.Office: "yes yes yes", auth.Reviewer: "no  no  no ",
		auth.Leader: "yes no  no ", auth.Clerk: "no  no  no ", auth.Auditor: "yes yes yes",
	},
	auth.SeeComments: {
		auth.Admin: "no  no  no ", auth.Office: "yes yes yes", auth.Reviewer: "no  no  no ",
		auth.Leader: "yes no  no ", auth.Clerk: "no  no  no ", auth.Auditor: "yes yes yes",
	},
	auth.SeeAllComments: {
		auth.Admin: "no  no  no ", auth.Office: "yes yes yes", auth.Reviewer: "no  no  no ",
		auth.Leader: "no  no  no ", auth.Clerk: "no  no  no ", auth.Auditor: "yes yes yes",
	},
	auth.CheckComments: {
		auth.Admin: "no  no  no ", auth.Office: "yes yes yes", auth.Reviewer: "no  no  no ",
		auth.Leader: "no  no  no ", auth.Clerk: "no  no  no ", auth.Auditor: "no  no  no ",
	},
	auth.SeeReview: {
		auth.Admin: "no  no  no ", auth.Office: "yes yes yes", auth.Reviewer: "yes yes yes",
		auth.Leader: "no  no  no ", auth.Clerk: "no  no  no ", auth.Auditor: "yes yes yes",
	},
	auth.Decide: {
		auth.Admin: "no  no  no ", auth.Office: "no  no  no ", auth.Reviewer: "yes yes yes",
		auth.Leader: "no  no  no ", auth.Clerk: "no  no  no ", auth.Auditor: "no  no  no ",
	},
	auth.SeeInsider: {
		auth.Admin: "no  no  no ", auth.Office: "yes yes yes", auth.Reviewer: "no  no  no ",
		auth.Leader: "no  no  no ", auth.Clerk: "no  no  no ", auth.Auditor: "yes yes yes",
	},
	auth.SeeOffice: {
		auth.Admin: "no  no  no ", auth.Office: "yes yes yes", auth.Reviewer: "no  no  no ",
		auth.Leader: "no  no  no ", auth.Clerk: "no  no  no ", auth.Auditor: "yes yes yes",
	},
	auth.SeeRegister: {
		auth.Admin: "yes yes yes", auth.Office: "yes yes yes", auth.Reviewer: "no  no  no ",
		auth.Leader: "no  no  no ", auth.Clerk: "no  no  no ", auth.Auditor: "yes yes yes",
	},
	auth.PrintPosters: {
		auth.Admin: "yes yes yes", auth.Office: "yes yes yes", auth.Reviewer: "no  no  no ",
		auth.Leader: "yes no  no ", auth.Clerk: "yes no  no ", auth.Auditor: "yes yes yes",
	},
	auth.EnterPaper: {
		auth.Admin: "no  no  no ", auth.Office: "no  no  no ", auth.Reviewer: "no  no  no ",
		auth.Leader: "no  no  no ", auth.Clerk: "yes no  no ", auth.Auditor: "no  no  no ",
	},
	auth.PrintTickets: {
		auth.Admin: "yes yes yes", auth.Office: "yes yes yes", auth.Reviewer: "no  no  no ",
		auth.Leader: "yes no  no ", auth.Clerk: "yes no  no ", auth.Auditor: "no  no  no ",
	},
	auth.SeeAccounts: {
		auth.Admin: "yes yes yes", auth.Office: "no  no  no ", auth.Reviewer: "no  no  no ",
		auth.Leader: "no  no  no ", auth.Clerk: "no  no  no ", auth.Auditor: "yes yes yes",
	},
	auth.ManageAccounts: {
		auth.Admin: "yes yes yes", auth.Office: "no  no  no ", auth.Reviewer: "no  no  no ",
		auth.Leader: "no  no  no ", auth.Clerk: "no  no  no ", auth.Auditor: "no  no  no ",
	},
}

func TestMay(t *testing.T) {
	yesNo := map[bool]string{true: "yes", false: "no "}
	for permission, row := range policy {
		for _, role := range auth.Roles() {
			u := auth.User{Email: "a@khoi.vn", Role: role}
			if role.BoundToAgency() {
				u.Agency = "stp"
			}
			own, foreign, all := u.May(permission, "stp"), u.May(permission, "sxd"), u.May(permission, "")
			got := fmt.Sprintf("%s %s %s", yesNo[own], yesNo[foreign], yesNo[all])
			if got != row[role] {
				t.Errorf("%s, %s: own, foreign, all = %q, want %q", role, permission, got, row[role])
			}
		}
	}
}

// TestNobodyDecidesOnTheirOwnAgency gives reviewers an agency.
func TestNobodyDecidesOnTheirOwnAgency(t *testing.T) {
	u := auth.User{Email: "a@khoi.vn", Role: auth.Reviewer, Agency: "stp"}
	if u.May(auth.Decide, "stp") || !u.May(auth.Decide, "sxd") || !u.May(auth.Decide, "") || !u.May(auth.SeeReview, "stp") {
		t.Error("a reviewer of stp decides about all but stp, and sees all")
	}
}

func TestMayForbidsWhatTheTableDoesNotName(t *testing.T) {
	for _, c := range []struct {
		user       auth.User
		permission auth.Permission
		agency     string
	}{
		{auth.User{}, auth.SeeFigures, "stp"},
		{auth.User{}, auth.SeeFigures, ""},
		{auth.User{Role: "director"}, auth.SeeFigures, "stp"},
		{auth.User{Role: auth.Admin}, "", ""},
		{auth.User{Role: auth.Admin}, "read minds", "stp"},
		{auth.User{Role: auth.Leader}, auth.SeeFigures, ""}, // a leader whose agency got lost
		{auth.User{Role: auth.Leader, Agency: "stp"}, auth.SeeFigures, "STP"},
	} {
		if c.user.May(c.permission, c.agency) {
			t.Errorf("%+v may %q for agency %q", c.user, c.permission, c.agency)
		}
	}
}
