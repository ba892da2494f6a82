"""django-helpdesk's own installation, run by its own Python: nothing here is imported by ours."""
