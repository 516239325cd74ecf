"""What can be wrong with the company's files: the kinds of faults of each, every kind of one quality property.

What a pipeline keeps and reports changes no figure of truth/totals.json: it costs, scores and sells nothing.
"""

from jobs.simulate.faults import erp, outreach, parties, social, support

SOURCES = (*erp.SOURCES, *social.SOURCES, *support.SOURCES, *outreach.SOURCES, *parties.SOURCES)
