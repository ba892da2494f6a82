"""The fixtures of all tests: app/tests/support/, one plugin a subject."""

import pytest

pytest.register_assert_rewrite("app.tests.support")

pytest_plugins = [
    "app.tests.support.attachments_fixtures",
    "app.tests.support.authentication_fixtures",
    "app.tests.support.backups_fixtures",
    "app.tests.support.cases_fixtures",
    "app.tests.support.domain_fixtures",
    "app.tests.support.fixtures",
    "app.tests.support.smtp_fixtures",
    "app.tests.support.imports_fixtures",
    "app.tests.support.log_check",
    "app.tests.support.login_fixtures",
    "app.tests.support.mandate_sms_fixtures",
    "app.tests.support.mandate_sms",
    "app.tests.support.members_fixtures",
    "app.tests.support.move_fixtures",
    "app.tests.support.proxy_servers",
    "app.tests.support.routes_fixtures",
    "app.tests.support.selection",
    "app.tests.support.signup_fixtures",
    "app.tests.support.survey_fixtures",
]
