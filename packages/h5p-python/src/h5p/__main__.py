import sys

from h5p.command import main

sys.exit(main())
