"""An installation of django-helpdesk, run by its own Python. Our code imports nothing of it."""
