// Command api is the API of api-service and, as a worker, what consumes its queues.
//
//	api-service server
//	api-service worker --queue=chat_workflow --concurrency=2
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"log/slog"
	"os"
	"os/signal"
	"syscall"

	"github.com/fraiday-org/api-service/internal/config"
	"github.com/fraiday-org/api-service/internal/server"
	"github.com/fraiday-org/api-service/internal/worker"
)

var (
	mode        = flag.String("mode", "server", "what to run: server or worker")
	queue       = flag.String("queue", "", "the queue that a worker consumes")
	concurrency = flag.Int("concurrency", 1, "how many tasks a worker handles at once")
)

func main() {
	flag.Parse()
	if flag.NArg() > 0 {
		*mode = flag.Arg(0)
	}
	if err := run(config.FromEnv()); err != nil {
		slog.Error("api-service stopped", "error", err)
		os.Exit(1)
	}
}

func run(cfg config.Config) error {
	ctx, stop := signal.NotifyContext(context.Background(), syscall.SIGINT, syscall.SIGTERM)
	defer stop()

	switch *mode {
	case "server":
		return server.Run(ctx, cfg)
	case "worker":
		if *queue == "" {
			return errors.New("a worker needs a queue: --queue is empty")
		}
		return worker.Run(ctx, cfg, *queue, *concurrency)
	default:
		return fmt.Errorf("unknown mode %q: server or worker", *mode)
	}
}
