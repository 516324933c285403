package web_test
import ("testing";"fmt")
func TestZZ(t *testing.T){ r:=newRig(t); r.some(); a:=r.get("/dashboard/stp/comments?counter=q1&from=2026-11-23&method=hai-long-chung&to=2026-11-23", r.as("office@x.example")...); fmt.Println(a.status, a.body); fmt.Println(r.log.String())}
