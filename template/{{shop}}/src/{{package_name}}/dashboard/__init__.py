"""Figures for admins."""
