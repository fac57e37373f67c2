"""How a trainer's file is read: lines, front matter, blocks, keyword lines, facts and problems.

Pure: text in, values and problems out. Imports nothing else of Alongside.
"""
