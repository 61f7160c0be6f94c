"""The report for people, section by section.

A Report and a width come in, lines go out. A section is one function of ``sections``; ``report``
puts them in order.
"""

from deploylint.reports.text.report import write as write
