// Package config reads the settings of the service from its environment.
package config

import (
	"net"
	"net/url"
	"os"
)

// Config is what the environment says. An empty Host means all interfaces.
type Config struct {
	Host        string
	Port        string
	MetricsPort string
	RedisURL    string
}

// FromEnv reads the environment; what is not set has the default of the deployment.
func FromEnv() Config {
	return Config{
		Host:        os.Getenv("HOST"),
		Port:        getenv("PORT", "8080"),
		MetricsPort: getenv("METRICS_PORT", "9090"),
		RedisURL:    redisURL(),
	}
}

// redisURL is REDIS_URL, or is built from REDIS_HOST and its like.
func redisURL() string {
	if given := os.Getenv("REDIS_URL"); given != "" {
		return given
	}
	built := url.URL{
		Scheme: "redis",
		Host:   net.JoinHostPort(getenv("REDIS_HOST", "localhost"), getenv("REDIS_PORT", "6379")),
		Path:   "/" + getenv("REDIS_DB", "0"),
	}
	if os.Getenv("REDIS_TLS") == "true" {
		built.Scheme = "rediss"
	}
	if password := os.Getenv("REDIS_PASSWORD"); password != "" {
		built.User = url.UserPassword(os.Getenv("REDIS_USER"), password)
	}
	return built.String()
}

func getenv(name, otherwise string) string {
	if value := os.Getenv(name); value != "" {
		return value
	}
	return otherwise
}
