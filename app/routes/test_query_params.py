"""A searched text as it is pasted."""

from app.routes.query_params import QueryParams


def test_a_search_is_read_without_what_nothing_shows() -> None:
    assert QueryParams({"q": " \u200eDu\u200bpont\ufeff "}).read_text("q") == "Dupont"
    assert QueryParams({"q": "\u202a4827-1930\u202c"}).read_text("q") == "4827-1930"
