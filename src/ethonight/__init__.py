"""Ethonight: overnight batch jobs for animal-behaviour video.

The package keeps imports light: ``import ethonight`` loads nothing else, and only the child process of a job
loads torch or idtracker.ai.
"""
