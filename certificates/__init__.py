"""Certificates: an award into a PDF and a code that anyone can check. Pure; imports no other room."""
