"""deploylint keeps the deployment files of a fleet of services consistent."""

__version__ = "0.1.0"
