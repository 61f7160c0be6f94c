# What a values file of the pair says.
package main

reference_file := file.path if {
	some file in input
	endswith(file.path, "deploy-python.yaml")
}

said[file.path] := values_of(file.contents) if some file in input

values_of(values) := object.union_n([
	at(values, value_fields),
	at(object.get(values, "podSecurityContext", {}), pod_security_fields),
	at(object.get(values, "securityContext", {}), container_security_fields),
	probes_of(values, {values.service.port}),
	resources_of(object.get(values, "resources", {}), ""),
	environment_of(values, values.fullnameOverride),
	named_of(values, values.fullnameOverride),
	ports_of(values),
	workers,
	runtime_said(workers),
]) if workers := workers_of(values)

value_fields := {
	"image-pull-secrets": ["imagePullSecrets"],
	"image.pull-policy": ["image", "pullPolicy"],
	"service.type": ["service", "type"],
	"service.port": ["service", "port"],
	"monitoring.present": ["serviceMonitor", "enabled"],
	"monitoring.path": ["serviceMonitor", "path"],
	"monitoring.interval": ["serviceMonitor", "interval"],
	"monitoring.labels.release": ["serviceMonitor", "labels", "release"],
	"autoscaling.present": ["autoscaling", "enabled"],
	"autoscaling.min": ["autoscaling", "minReplicas"],
	"autoscaling.max": ["autoscaling", "maxReplicas"],
	"autoscaling.cpu": ["autoscaling", "targetCPUUtilizationPercentage"],
	"autoscaling.memory": ["autoscaling", "targetMemoryUtilizationPercentage"],
	"network-policy.present": ["networkPolicy", "enabled"],
	"network-policy.ingress": ["networkPolicy", "ingress"],
	"route.present": ["httpRoute", "enabled"],
	"route.gateway": ["httpRoute", "gatewayName"],
}

named_of(values, own_name) := {
	"image.repository": image_of(values.image.repository, own_name),
	"route.paths": without(values.httpRoute.prefix, own_name),
	"route.hosts": without(values.httpRoute.dedicatedHost, own_name),
}

ports_of(values) := {
	"service.target-port": own_port(values.service.targetPort, {values.service.port}),
	"monitoring.port": own_port(values.serviceMonitor.port, {values.service.port}),
}

workers_of(values) := object.union_n([worker_of(worker.cmd, worker.resources) |
	some group in ["celeryWorkers", "asynqWorkers"]
	some worker in object.get(values, group, {})
])
