"""A Dockerfile as a source: whom its image runs as, what it starts, which ports it names.

``parse`` splits it into instructions, ``image`` follows its stages (``base_images.yaml`` holds what
is known of images of others, ``expand`` resolves variables), ``command_line`` joins ENTRYPOINT and
CMD with what a deployment writes, and ``values`` makes values of a component of all that. Nothing
is built. To add a base image, add a row to ``base_images.yaml``; a field, a row to ``model.fields``
and a line to ``values``.
"""
