# Compares every file with the reference, and finds which differences are allowed. The facts of a file
# (`said`) come from values.rego or manifests.rego; one of them is given beside this file.
package main

deny contains message if {
	some difference in differences
	not is_allowed(difference)
	message := sprintf("%s: %s is %v; the reference has %v", [
		difference.file, difference.address, difference.actual, difference.expected,
	])
}

differences contains difference if {
	some file, peer in said
	file != reference_file
	some address in object.keys(peer) | object.keys(expected_of_all)
	expected := object.get(expected_of_all, address, null)
	actual := object.get(peer, address, null)
	actual != expected
	not may_have_more(address, expected)
	difference := {
		"file": file, "address": address, "field": split(address, "@")[0],
		"expected": expected, "actual": actual, "runtime": object.get(peer, "runtime", null),
	}
}

expected_of_all := said[reference_file]

# A peer may have more than the reference of these; all else is the same or differs.
may_have_more(address, expected) if {
	expected == null
	split(address, ".")[0] in {
		"liveness-probe", "readiness-probe", "startup-probe",
		"monitoring", "environment", "security-context",
	}
}

is_allowed(difference) if {
	some allowance in allowances
	allowance.runtime == difference.runtime
	difference.field in allowance.fields
	difference.expected in allowance.from
	difference.actual in allowance.to
}

allowances := [
	{"runtime": "go", "fields": {"runtime"}, "from": {"python"}, "to": {"go"}},
	{"runtime": "go", "fields": {"service.port"}, "from": {8000}, "to": {8080}},
	{"runtime": "go", "fields": {"workers.technology"}, "from": {"celery"}, "to": {"asynq"}},
	{
		"runtime": "go", "fields": {"liveness-probe.path", "startup-probe.path"},
		"from": {"/api/v1/health"}, "to": {"/health", "/ping"},
	},
	{
		"runtime": "go", "fields": {"readiness-probe.path"},
		"from": {"/api/v1/readiness", "/api/v1/health"}, "to": {"/ping", "/health"},
	},
]

# --- what both kinds of files have in common ---

# The values of fields that are there, each a path into an object.
at(object_, fields) := {address: value |
	some address, path in fields
	value := object.get(object_, path, null)
	value != null
}

probes := {
	"liveness-probe": "livenessProbe",
	"readiness-probe": "readinessProbe",
	"startup-probe": "startupProbe",
}

probe_fields := {
	"path": ["httpGet", "path"],
	"initial-delay": ["initialDelaySeconds"],
	"period": ["periodSeconds"],
	"timeout": ["timeoutSeconds"],
	"failure-threshold": ["failureThreshold"],
}

resource_fields := {
	"requests.cpu": ["requests", "cpu"],
	"requests.memory": ["requests", "memory"],
	"limits.cpu": ["limits", "cpu"],
	"limits.memory": ["limits", "memory"],
}

pod_security_fields := {
	"security-context.non-root": ["runAsNonRoot"],
	"security-context.user": ["runAsUser"],
	"security-context.fs-group": ["fsGroup"],
}

container_security_fields := {
	"security-context.privilege-escalation": ["allowPrivilegeEscalation"],
	"security-context.read-only-root": ["readOnlyRootFilesystem"],
	"security-context.drop-capabilities": ["capabilities", "drop"],
}

# The probes of a container; a port that is the service's own is no number of theirs.
probes_of(container, own_ports) := object.union_n([
	{sprintf("%s.%s", [probe, name]): value |
		some probe, key in probes
		some name, value in at(object.get(container, key, {}), probe_fields)
	},
	{sprintf("%s.port", [probe]): own_port(port, own_ports) |
		some probe, key in probes
		port := object.get(container, [key, "httpGet", "port"], null)
		port != null
	},
])

own_port(port, own_ports) := "the service's" if port in own_ports

else := port

# 50m and 0.05 are one quantity.
resources_of(resources, component) := {sprintf("resources.%s%s", [name, component]): amount |
	some name, value in at(resources, resource_fields)
	amount := units.parse(sprintf("%v", [value]))
}

environment_of(container, own_name) := object.union(
	{sprintf("environment.variables.%s", [variable.name]): variable.value |
		some variable in object.get(container, "env", [])
	},
	{"environment.secrets": {without(secret, own_name) |
		some source in object.get(container, "envFrom", [])
		secret := source.secretRef.name
	}},
)

without(text, own_name) := replace(text, own_name, "*")

# registry/repository:tag, without its tag, and without the service's own name.
image_of(image, own_name) := without(split(image, ":")[0], own_name)

# A worker is known by its queue; its technology by how that is spelled.
worker_of(command, resources) := object.union_n([
	{sprintf("workers.technology@%s", [queue]): technology_of(command)},
	{sprintf("workers.concurrency@%s", [queue]): option |
		some option in options(command, "--concurrency=")
	},
	resources_of(resources, concat("", ["@", queue])),
]) if queue := queue_of(command)

options(command, name) := [trim_prefix(word, name) | some word in command; startswith(word, name)]

technology_of(command) := "celery" if "-Q" in command

else := "asynq"

queue_of(command) := command[place + 1] if {
	some place, word in command
	word == "-Q"
}

else := options(command, "--queue=")[0]

runtime_of(technology) := {"celery": "python", "asynq": "go"}[technology]

runtime_said(workers) := {"runtime": runtime_of(technology) |
	some address, technology in workers
	startswith(address, "workers.technology@")
}
