"""The roster: what a list from outside says of people, set beside what is recorded of them.

`reading` makes records of a spreadsheet's rows; `comparing` says how they differ from what is
stored and writes nothing; `applying` writes what was decided, through a recorder, so that
`running` can undo it to the letter. Records may as well come from another system.
"""
