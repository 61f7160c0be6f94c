"""What code says of a program: for each kind of fact where it is found, where something only looks
like it, and where it cannot be decided."""

from __future__ import annotations

from pathlib import Path
from typing import NamedTuple

import pytest

from deploylint.sources.code import Read, read

GO = 'package main\nimport ({imports})\n{top}\nfunc main() {{\n{body}\n}}\n'


class Case(NamedTuple):
    """Code, and what is found in it of one kind: the texts, and whether there may be more."""

    name: str
    kind: str
    files: dict[str, str]
    found: list[str]
    is_open: bool = False


def go(body: str, *imports: str, top: str = "") -> dict[str, str]:
    return {"main.go": GO.format(imports="; ".join(f'"{i}"' for i in imports), top=top, body=body)}


GIN = "github.com/gin-gonic/gin"
COBRA = "github.com/spf13/cobra"
ASYNQ = "github.com/hibiken/asynq"
WORKER = f'worker := &cobra.Command{{Use: "worker [flags]"}}; root.AddCommand(worker)'
ROOT = 'root := &cobra.Command{Use: "api"}; '

FLAGS = [
    Case("flag", "flags", go('flag.String("queue", "", ""); flag.Parse()', "flag"), ["queue"]),
    Case("flag of a variable", "flags", go('var q string; flag.StringVar(&q, "queue", "", "")', "flag"), ["queue"]),
    Case("flag of a set", "flags", go('fs := flag.NewFlagSet("w", 0); fs.Int("n", 1, "")', "flag"), ["n"]),
    Case("flag by a constant", "flags", go('flag.String(name, "", "")', "flag", top='const name = "queue"'), ["queue"]),
    Case("flag by another name", "flags", {"a.go": 'package main\nimport f "flag"\nfunc main() { f.Bool("v", false, "") }'}, ["v"]),
    Case("flag in a comment", "flags", go('// flag.String("queue", "", "")', "flag"), []),
    Case("flag in a log line", "flags", go('log.Println("--queue", `flag.String("queue")`)', "log"), []),
    Case("flag of another package", "flags", go('flag.String("queue", "", "")', "example.org/flag"), []),
    Case("flag of a variable name", "flags", go('flag.String(os.Getenv("X"), "", "")', "flag", "os"), [], is_open=True),
    Case("pflag", "flags", go('pflag.StringP("queue", "q", "", "")', "github.com/spf13/pflag"), ["queue", "q"]),
    Case("cobra", "flags", go(f'{ROOT}{WORKER}; worker.Flags().StringP("queue", "q", "", "")', COBRA), ["queue", "q"]),
    Case("cobra for all", "flags", go(f'{ROOT}{WORKER}; root.PersistentFlags().Bool("debug", false, "")', COBRA), ["debug"]),
    Case("cobra of another command", "flags", go(f'{ROOT}{WORKER}; s := &cobra.Command{{Use: "serve"}}; s.Flags().Int("port", 1, "")', COBRA), []),
    Case("argparse", "flags", {"a.py": 'import argparse\np = argparse.ArgumentParser()\np.add_argument("-q", "--queue")\n'}, ["q", "queue"]),
    Case("argparse of a subcommand", "flags", {"a.py": 'from argparse import ArgumentParser\np = ArgumentParser()\ns = p.add_subparsers()\nw = s.add_parser("worker")\nw.add_argument("--queue")\nx = s.add_parser("serve")\nx.add_argument("--port")\n'}, ["queue"]),
    Case("argparse positional", "flags", {"a.py": 'import argparse\np = argparse.ArgumentParser()\np.add_argument("mode")\n'}, []),
    Case("argparse in a loop", "flags", {"a.py": 'import argparse\np = argparse.ArgumentParser()\nfor n in names():\n    p.add_argument(n)\n'}, [], is_open=True),
    Case("click", "flags", {"a.py": 'import click\n@click.command()\n@click.option("--queue", "-q")\ndef worker(queue): ...\n'}, ["queue", "q"]),
    Case("click in a group", "flags", {"a.py": 'import click\n@click.group()\ndef cli(): ...\n@cli.command("worker")\n@click.option("--queue")\ndef run(queue): ...\n@cli.command()\n@click.option("--port")\ndef serve(port): ...\n'}, ["queue"]),
    Case("typer", "flags", {"a.py": 'import typer\napp = typer.Typer()\n@app.command()\ndef worker(name: str, queue_name: str = "", n: int = typer.Option(1, "--count", "-n")): ...\n'}, ["queue-name", "count", "n"]),
    Case("a library that is not read", "unread", go("cli.NewApp()", "github.com/urfave/cli/v2"), [], is_open=True),
]  # fmt: skip

ROUTES = [
    Case("net/http", "routes", go('http.HandleFunc("/health", h)', "net/http"), ["/health"]),
    Case("net/http with a method", "routes", go('m := http.NewServeMux(); m.Handle("GET /ping", h)', "net/http"), ["/ping"]),
    Case("net/http with a variable", "routes", go('http.HandleFunc("GET /t/{id}", h)', "net/http"), ["/t/{}"]),
    Case("net/http for POST", "routes", go('http.HandleFunc("POST /health", h)', "net/http"), []),
    Case("net/http all below", "routes", go('http.Handle("/static/", h)', "net/http"), [], is_open=True),
    Case("a client's call", "routes", go('http.Get("/health")', "net/http"), []),
    Case("a route in a comment", "routes", go('// http.HandleFunc("/health", h)', "net/http"), []),
    Case("a route from a variable", "routes", go('http.HandleFunc(os.Args[1], h)', "net/http", "os"), [], is_open=True),
    Case("a route in a test", "routes", {"a_test.go": GO.format(imports='"net/http"', top="", body='http.HandleFunc("/health", h)'), "b.go": "package main"}, []),
    Case("gin", "routes", go('r := gin.Default(); r.GET("/health", h); r.POST("/x", h)', GIN), ["/health"]),
    Case("gin in a group", "routes", go('r := gin.New(); v1 := r.Group("/api").Group("/v1"); v1.GET("/ping", h)', GIN), ["/api/v1/ping"]),
    Case("gin with a variable", "routes", go('r := gin.New(); r.GET("/t/:id/x", h)', GIN), ["/t/{}/x"]),
    Case("gin in a function", "routes", go('r := gin.New(); register(r.Group("/api"))', GIN, top='func register(g *gin.RouterGroup) { g.GET("/ping", h) }'), ["/api/ping"]),
    Case("gin in a structure", "routes", go("s := S{r: gin.New()}; s.routes()", GIN, top='type S struct { r *gin.Engine }\nfunc (s *S) routes() { s.r.GET("/ping", h) }'), ["/ping"]),
    Case("gin in a group nobody makes", "routes", go("", GIN, top='func Register(g *gin.RouterGroup) { g.GET("/ping", h) }'), [], is_open=True),
    Case("a router handed on", "routes", go('r := gin.New(); r.GET("/a", h); pprof.Register(r)', GIN, "github.com/gin-contrib/pprof"), ["/a"], is_open=True),
    Case("a router that is not read", "routes", go('r := chi.NewRouter(); r.Get("/a", h)', "github.com/go-chi/chi/v5"), [], is_open=True),
    Case("FastAPI", "routes", {"a.py": 'from fastapi import FastAPI\napp = FastAPI(docs_url=None)\n@app.get("/health")\ndef f(): ...\n@app.post("/x")\ndef g(): ...\n'}, ["/docs", "/redoc", "/openapi.json", "/health"]),
    Case("a router of FastAPI", "routes", {"app/__init__.py": "", "app/api.py": 'from fastapi import APIRouter\nr = APIRouter(prefix="/v1")\n@r.get("/ping")\ndef f(): ...\n', "app/main.py": 'from .api import r\nimport fastapi\napp = fastapi.FastAPI()\napp.include_router(r, prefix="/api")\n'}, ["/api/v1/ping", "/docs", "/redoc", "/openapi.json"]),
    Case("a router that nobody includes", "routes", {"a.py": 'from fastapi import APIRouter\nr = APIRouter()\n@r.get("/ping")\ndef f(): ...\n'}, [], is_open=True),
    Case("a client of Python", "routes", {"a.py": 'import httpx\nhttpx.get("/health")\nclient = httpx.Client()\nclient.get("/health")\n'}, []),
    Case("a path from settings", "routes", {"a.py": 'from fastapi import APIRouter, FastAPI\nr = APIRouter(prefix=load().prefix)\n@r.get("/ping")\ndef f(): ...\napp = FastAPI()\napp.include_router(r)\n'}, ["/docs", "/redoc", "/openapi.json"], is_open=True),
]  # fmt: skip

PORTS = [
    Case("ListenAndServe", "ports", go('http.ListenAndServe(":8080", nil)', "net/http"), ["8080"]),
    Case("a server", "ports", go('s := &http.Server{Addr: addr}; s.ListenAndServe()', "net/http", top='const addr = "0.0.0.0:" + "8080"'), ["8080"]),
    Case("gin.Run", "ports", go('r := gin.New(); r.Run(":8080")', GIN), ["8080"]),
    Case("gin.Run without an address", "ports", go("gin.New().Run()", GIN), ["8080"]),
    Case("a flag's default", "ports", go('p := flag.Int("port", 8080, ""); http.ListenAndServe(fmt.Sprintf(":%d", *p), nil)', "flag", "fmt", "net/http"), ["8080"]),
    Case("a variable's default", "ports", go('http.ListenAndServe(":"+env("PORT", "8080"), nil)', "net/http", "os", top='func env(k, d string) string { if v := os.Getenv(k); v != "" { return v }; return d }'), ["8080"]),
    Case("a client's address", "ports", go('http.Get("http://x:8080/"); log.Println(":8080")', "net/http", "log"), []),
    Case("an address from elsewhere", "ports", go("http.ListenAndServe(config.Load().Addr, nil)", "net/http", "example.org/config"), [], is_open=True),
    Case("uvicorn", "ports", {"a.py": 'import os\nimport uvicorn\nuvicorn.run("a:app", port=int(os.environ.get("PORT", 8000)))\n'}, ["8000"]),
    Case("uvicorn by default", "ports", {"a.py": "import uvicorn\nuvicorn.run(app)\n"}, ["8000"]),
    Case("uvicorn from elsewhere", "ports", {"a.py": "import uvicorn\nuvicorn.run(app, port=settings().port)\n"}, [], is_open=True),
    Case("a port for metrics alone", "ports", {"a.py": "from prometheus_client import start_http_server\nstart_http_server(9090)\n"}, ["9090"], is_open=True),
    Case("a port of a client", "ports", {"a.py": "import redis\nredis.Redis(port=6379)\n"}, []),
]  # fmt: skip

QUEUES = [
    Case("asynq", "queues", go('asynq.NewServer(o, asynq.Config{Queues: map[string]int{"a": 1, b: 2}})', ASYNQ, top='const b = "b"'), ["a", "b"]),
    Case("asynq by default", "queues", go("asynq.NewServer(o, asynq.Config{Concurrency: 2})", ASYNQ), ["default"]),
    Case("a queue of a client", "queues", go('client.Enqueue(task, asynq.Queue("a"))', ASYNQ), []),
    Case("asynq from elsewhere", "queues", go("asynq.NewServer(o, asynq.Config{Queues: load()})", ASYNQ), [], is_open=True),
    Case("handlers", "handlers", go('m := asynq.NewServeMux(); m.HandleFunc("a:b", h)', ASYNQ), ["a:b"]),
    Case("handlers from elsewhere", "handlers", go("m := asynq.NewServeMux(); m.HandleFunc(kind(), h)", ASYNQ), [], is_open=True),
    Case("handlers of another mux", "handlers", go('http.HandleFunc("a:b", h)', "net/http"), []),
    Case("celery", "queues", {"a.py": 'from celery import Celery\nfrom kombu import Queue\napp = Celery("a")\napp.conf.task_queues = (Queue("a"), Queue(name="b"))\n'}, ["a", "b"]),
    Case("celery's routes", "queues", {"a.py": 'from celery import Celery\napp = Celery("a")\napp.conf.update(task_routes={"a.b": {"queue": "c"}}, task_default_queue="d")\n'}, ["d", "c"], is_open=True),
    Case("celery from elsewhere", "queues", {"a.py": 'from celery import Celery\napp = Celery("a")\napp.conf.task_queues = load()\n'}, [], is_open=True),
    Case("a queue of the standard library", "queues", {"a.py": 'from queue import Queue\nq = Queue("a")\n'}, []),
    Case("celery's tasks", "handlers", {"a.py": 'from celery import shared_task\n@shared_task\ndef f(): ...\n@shared_task(name="x.y")\ndef g(): ...\n'}, ["a.f", "x.y"]),
]  # fmt: skip

CASES = [*FLAGS, *ROUTES, *PORTS, *QUEUES]


def program(folder: Path, files: dict[str, str]) -> Read:
    """Code that is written to a folder, and read."""
    for name, text in files.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(text)
    return read(folder, folder)


def found(code: Read, kind: str) -> tuple[list[str], bool]:
    """What was found of a kind, as the command ``worker`` has it, and whether it is open."""
    if kind == "flags":
        sets = code.facts.accepted("worker")
        texts = [text.text or "" for one in sets for text in one.flags]
        return texts, any(one.openings for one in sets)
    listed = getattr(code.facts, kind)
    return [text.text or "" for text in listed.found], bool(listed.openings)


@pytest.mark.parametrize("case", CASES, ids=lambda case: f"{case.kind}-{case.name}")
def test_what_is_found(case: Case, tmp_path: Path) -> None:
    code = program(tmp_path, case.files)
    assert code.problems == ()
    texts, is_open = found(code, case.kind)
    assert sorted(texts) == sorted(case.found)
    assert is_open is case.is_open


READINGS = [
    ("the whole line", "flag.Parse()", "stops"),
    ("the whole line by hand", "flag.CommandLine.Parse(os.Args[1:])", "stops"),
    ("behind the first word", "flag.CommandLine.Parse(os.Args[2:])", "anywhere"),
    ("twice", "flag.Parse(); flag.CommandLine.Parse(flag.Args()[1:])", "anywhere"),
    ("through a name", "args := os.Args[2:]; flag.CommandLine.Parse(args)", "anywhere"),
    ("from elsewhere", "flag.CommandLine.Parse(words())", "unknown"),
    ("never", "", "unknown"),
    ("other words", "os.Args = append(os.Args[:1], os.Args[2:]...); flag.Parse()", "unknown"),
]


@pytest.mark.parametrize(("body", "reads"), [r[1:] for r in READINGS], ids=[r[0] for r in READINGS])
def test_where_flags_are_read(body: str, reads: str, tmp_path: Path) -> None:
    code = program(tmp_path, go(f'flag.String("queue", "", ""); {body}', "flag", "os"))
    assert [one.reads for one in code.facts.flags] == [reads]


@pytest.mark.parametrize(
    ("name", "text", "line", "says"),
    [
        ("a.go", "package main\nfunc main() {", 2, "is not Go"),
        ("a.py", "x = 1\ndef f(:\n", 2, "is not Python"),
        ("a.py", "x = '\0'\n", 1, "is not Python"),
        ("a.py", "(" * 5000 + ")" * 5000, 1, "is not Python"),
        ("a.py", "x = " + "-" * 20000 + "1", 1, "nested"),
        ("a.py", "x = " + "1 + " * 50000 + "1", 1, "nested"),
        ("a.go", "package main\nvar x = " + "(" * 5000 + "1" + ")" * 5000, 1, "nested"),
    ],
)
def test_what_cannot_be_read_is_said_and_leaves_the_rest_open(
    name: str, text: str, line: int, says: str, tmp_path: Path
) -> None:
    other = {"main.py": "import uvicorn\nuvicorn.run(app)\n"}
    code = program(tmp_path, {name: text, **other})
    assert [problem.line for problem in code.problems] == [line]
    assert says in code.problems[0].message
    assert found(code, "ports") == (["8000"], True)


def test_what_is_not_the_service_s_own_is_not_read(tmp_path: Path) -> None:
    text = "import uvicorn\nuvicorn.run(app)\n"
    names = ["vendor/a.py", ".x/a.py", "node_modules/a.py", "tests/a.py", "test_a.py", "a_test.py"]
    assert found(program(tmp_path, dict.fromkeys([*names, "a.py"], text)), "ports") == (["8000"], False)
    (tmp_path / "b.py").symlink_to(tmp_path / "a.py")
    assert [source.file for source in read(tmp_path, tmp_path).sources] == [f"{tmp_path}/a.py"]


def test_a_fact_stands_where_it_is_written(tmp_path: Path) -> None:
    files = {"a.go": 'package main\nimport "net/http"\nfunc main() { /* é */ http.Handle("/a", h) }\n'}
    node = program(tmp_path, files).facts.routes.found[0].node
    assert node.source.position(node.start) == (2, 34)
    assert node.source.text[node.start : node.end] == '"/a"'
