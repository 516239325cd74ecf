"""Every column once, with its meaning, by family. Tables pick from here: `from transformations.contracts import fields as f`.

A new column belongs to the module of its family; `common` holds what several families share. A test fails on a field that
no table uses and on a name that two families declare.
"""

from transformations.contracts.fields.common import *
from transformations.contracts.fields.communities import *
from transformations.contracts.fields.customers import *
from transformations.contracts.fields.dictionary import *
from transformations.contracts.fields.diffusion import *
from transformations.contracts.fields.effects import *
from transformations.contracts.fields.engagement import *
from transformations.contracts.fields.enriched import *
from transformations.contracts.fields.erp import *
from transformations.contracts.fields.estimates import *
from transformations.contracts.fields.indicators import *
from transformations.contracts.fields.leads import *
from transformations.contracts.fields.lineage import *
from transformations.contracts.fields.network import *
from transformations.contracts.fields.objectives import *
from transformations.contracts.fields.outreach import *
from transformations.contracts.fields.participation import *
from transformations.contracts.fields.persons import *
from transformations.contracts.fields.profits import *
from transformations.contracts.fields.social import *
from transformations.contracts.fields.support import *
from transformations.contracts.fields.threads import *
from transformations.contracts.fields.web import *
