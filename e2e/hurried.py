"""The application, but pages learn at most each second who else is there, not each ten: python -m e2e.hurried serve.

What changes, on whose page, stays real; the pace has its own tests (app/gateways/live/test_presence.py).
"""

from app.__main__ import main
from app.gateways.live import paced_values

if __name__ == "__main__":
    paced_values.INTERVAL = 1.0
    main()
