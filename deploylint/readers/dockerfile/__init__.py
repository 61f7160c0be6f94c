"""A Dockerfile: the user its image runs as, what it starts, the ports it names.

``parse`` splits it into instructions, ``image`` follows its stages (``base_images.yaml`` holds what
is known of base images, ``expand`` resolves variables), ``command_line`` joins ENTRYPOINT and CMD
with what a deployment writes, and ``values`` makes values of a component of that. Nothing is built.
The package itself imports nothing: BuildKit's parser is loaded where a Dockerfile is read. To add a
base image, add a row to ``base_images.yaml``; a field, a row to ``model.fields`` and a line to
``values``.
"""
