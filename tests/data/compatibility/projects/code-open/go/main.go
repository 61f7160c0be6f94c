// Command api reads most of what it does from elsewhere.
package main

import (
	"flag"
	"net/http"
	"os"

	"github.com/hibiken/asynq"

	"github.com/acme/shared/settings"
)

func main() {
	for _, name := range settings.Flags() {
		flag.String(name, "", "")
	}
	flag.CommandLine.Parse(os.Args[2:])
	http.HandleFunc("/health", func(w http.ResponseWriter, _ *http.Request) {})
	for path, handler := range settings.Routes() {
		http.Handle(path, handler)
	}
	asynq.NewServer(settings.Redis(), asynq.Config{Queues: settings.Queues()})
	http.ListenAndServe(settings.Address(), nil)
}
