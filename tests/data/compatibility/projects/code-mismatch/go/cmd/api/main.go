// Command api answers at 8080 and works on the queue mail. It does not answer /healthz.
package main

import (
	"log"
	"net/http"
	"os"

	"github.com/gin-gonic/gin"
	"github.com/hibiken/asynq"
	"github.com/spf13/cobra"
)

func main() {
	root := &cobra.Command{Use: "api"}
	worker := &cobra.Command{Use: "worker", RunE: work}
	worker.Flags().StringP("queue", "q", "mail", "the queue")
	root.AddCommand(worker, &cobra.Command{Use: "server", RunE: serve})
	if err := root.Execute(); err != nil {
		os.Exit(1)
	}
}

func serve(*cobra.Command, []string) error {
	engine := gin.Default()
	engine.GET("/health", func(c *gin.Context) { c.Status(http.StatusOK) })
	users := engine.Group("/users")
	users.GET("/:id", func(c *gin.Context) { c.Status(http.StatusOK) })
	log.Println("not listening on :8000, nor answering /healthz")
	return engine.Run(":8080")
}

func work(*cobra.Command, []string) error {
	server := asynq.NewServer(asynq.RedisClientOpt{}, asynq.Config{
		Queues: map[string]int{"mail": 1},
	})
	return server.Run(asynq.NewServeMux())
}
