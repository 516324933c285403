package auth

import (
	"errors"
	"fmt"
	"slices"
)

// Role says what kind of work an account is for. What it may do stands in the
// table of permission.go and nowhere else.
type Role string

// The roles.
const (
	Admin    Role = "admin"    // accounts, register, keys; sees no figures and no comments
	Office   Role = "office"   // the office of the Khối: all agencies
	Reviewer Role = "reviewer" // decides on held answers, never of the own agency
	Leader   Role = "leader"   // own agency
	Clerk    Role = "clerk"    // posters of own agency; sees no result
	Auditor  Role = "auditor"  // reads everything, changes nothing
)

// ErrRole says that there is no such role.
var ErrRole = errors.New("the roles are admin, office, reviewer, leader, clerk and auditor")

// Roles returns all roles in the order they are offered.
func Roles() []Role {
	return []Role{Admin, Office, Reviewer, Leader, Clerk, Auditor}
}

// ParseRole reads a role as it is typed and stored, in lower case. The error
// is ErrRole.
func ParseRole(name string) (Role, error) {
	if !slices.Contains(Roles(), Role(name)) {
		return "", fmt.Errorf("role %q: %w", name, ErrRole)
	}
	return Role(name), nil
}

// BoundToAgency says whether accounts of this role belong to one agency and
// must name it.
func (r Role) BoundToAgency() bool {
	return r == Leader || r == Clerk
}

// MayHaveAgency says whether accounts of this role may name the agency where
// the person works: those that are bound to it, and reviewers, who then do not
// decide about it.
func (r Role) MayHaveAgency() bool {
	return r.BoundToAgency() || r == Reviewer
}
