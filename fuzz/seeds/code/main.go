package main
import ("flag"; "net/http"; "github.com/spf13/cobra")
var port = flag.Int("port", 80, "x")
var cmd = &cobra.Command{Use: "serve [flags]", Aliases: []string{"s"}}
func main() { cmd.Flags().StringP("name", "n", "", "x"); http.HandleFunc("/health", h); r.Get("/a/{id}", h) }
