package demo

import "hailong/internal/auth"

// User is an account of the demo.
type User struct {
	Email    string
	Role     auth.Role
	Agency   string // code in the sample register; "" for roles that see every agency
	Password string
}

// password is the same for all; the demo prints it.
const password = "thu-hai-long"

// Users returns one account of each role, and a second leader, so that one can
// see what the other cannot. The agencies are of the sample register and exist
// since 01/3/2025. The addresses can receive no mail.
func Users() []User {
	return []User{
		{"quantri@mau.hailong.example", auth.Admin, "", password},
		{"vanphong@mau.hailong.example", auth.Office, "", password},
		{"thamdinh@mau.hailong.example", auth.Reviewer, "", password},
		{"lanhdao.snnmt@mau.hailong.example", auth.Leader, "snnmt", password},
		{"lanhdao.stp@mau.hailong.example", auth.Leader, "stp", password},
		{"motcua.stp@mau.hailong.example", auth.Clerk, "stp", password},
		{"kiemtra@mau.hailong.example", auth.Auditor, "", password},
	}
}
