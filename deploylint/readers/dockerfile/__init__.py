"""A Dockerfile: the user, the command and the ports of its image.

``parse`` splits it into instructions, ``image`` follows its stages (``base_images.yaml`` describes
base images, ``expand`` resolves variables), ``command_line`` joins ENTRYPOINT and CMD with the
command of a deployment, and ``values`` makes values of a component of that. Nothing is built.
The package itself imports nothing: BuildKit's parser is loaded where a Dockerfile is read. To add a
base image, add a row to ``base_images.yaml``; a field, a row to ``model.fields`` and a line to
``values``.
"""
