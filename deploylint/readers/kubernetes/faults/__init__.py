"""What is wrong in manifests alone: what the API server refuses, and names that lead nowhere.

A kind of object, or a part of one, is a module here.
"""
