"""The telephone of a citizen, at /demo/sms."""

from playwright.sync_api import Page, expect


def reply_by_sms(telephone: Page, number: str, words: str) -> None:
    """The citizen received the SMS within a second."""
    for _ in range(50):
        telephone.goto(f"/demo/sms?to={number}")
        if telephone.get_by_role("button", name="Répondre").count():
            break
        telephone.wait_for_timeout(100)
    telephone.get_by_role("textbox", name="Réponse de l’usager").first.fill(words)
    telephone.get_by_role("button", name="Répondre").first.click()
    expect(telephone.get_by_text(f"« {words} »")).to_be_visible()
