import gc
import os

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "lms.settings")
application = get_wsgi_application()

# Models can be imported only now.
from lms.starting import refuse_demo_accounts  # noqa: E402

refuse_demo_accounts()

# What is loaded now stays: no later collection need go through it, while somebody waits.
gc.freeze()
