"""Packets: what carries documents and versions from one project to another, and the merge that brings them in."""
