# What a file of manifests of the rendered pair says: a service and its workers.
package main

reference_file := file.path if {
	some file in input
	endswith(file.path, "ai-backend.yaml")
}

# The places of the documents: a set of the documents themselves takes half as long again.
places[file.path][file.contents.kind] contains place if some place, file in input

said[path] := manifests_of({kind: documents |
	some kind, of_kind in kinds
	documents := [input[place].contents | some place in of_kind]
}) if {
	some path, kinds in places
}

manifests_of(kinds_) := object.union_n([
	pod_of(server.spec.template.spec, container, server.metadata.name),
	probes_of(container, own_ports),
	environment_of(container, server.metadata.name),
	service_of(kinds_.Service, own_ports),
	monitoring_of(kinds_.ServiceMonitor),
	autoscaling_of(kinds_.HorizontalPodAutoscaler),
	{"network-policy.ingress": policy.spec.ingress | some policy in kinds_.NetworkPolicy},
	route_of(kinds_.HTTPRoute, server.metadata.name),
	workers,
	runtime_said(workers),
]) if {
	server := server_of(kinds_.Deployment)
	container := container_of(server)
	own_ports := ports_of(container)
	workers := workers_of(kinds_.Deployment)
}

# A server is known by its probes, a worker by its command.
server_of(deployments) := deployment if {
	some deployment in deployments
	container_of(deployment).readinessProbe
}

container_of(deployment) := deployment.spec.template.spec.containers[0]

# The name of its port, and the number.
ports_of(container) := {value |
	some port in object.get(container, "ports", [])
	some value in [port.name, port.containerPort]
}

pod_of(pod, container, own_name) := object.union_n([
	{
		"image-pull-secrets": pod.imagePullSecrets,
		"image.repository": image_of(container.image, own_name),
		"image.pull-policy": container.imagePullPolicy,
	},
	resources_of(container.resources, ""),
	at(pod.securityContext, pod_security_fields),
	at(container.securityContext, container_security_fields),
])

service_of(services, own_ports) := object.union_n([
	{
		"service.type": service.spec.type,
		"service.port": port.port,
		"service.target-port": own_port(port.targetPort, own_ports),
	} |
	some service in services
	some port in service.spec.ports
])

monitoring_of(monitors) := object.union_n([
	{
		"monitoring.port": endpoint.port,
		"monitoring.path": endpoint.path,
		"monitoring.interval": endpoint.interval,
		"monitoring.labels.release": monitor.metadata.labels.release,
	} |
	some monitor in monitors
	some endpoint in monitor.spec.endpoints
])

autoscaling_of(scalers) := object.union_n([object.union(
	{"autoscaling.min": scaler.spec.minReplicas, "autoscaling.max": scaler.spec.maxReplicas},
	{sprintf("autoscaling.%s", [metric.resource.name]): metric.resource.target.averageUtilization |
		some metric in scaler.spec.metrics
	},
) |
	some scaler in scalers
])

route_of(routes, own_name) := object.union_n([
	{
		"route.hosts": {without(host, own_name) | some host in route.spec.hostnames},
		"route.gateway": {parent.name | some parent in route.spec.parentRefs},
		"route.paths": {without(match.path.value, own_name) |
			some rule in route.spec.rules
			some match in rule.matches
		},
	} |
	some route in routes
])

workers_of(deployments) := object.union_n([worker_of(container.command, container.resources) |
	some deployment in deployments
	container := container_of(deployment)
	container.command
])
