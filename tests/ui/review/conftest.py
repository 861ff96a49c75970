"""The window, reviewing disagreements."""

import pytest

from tests.ui.hands import press


@pytest.fixture
def reviewing(opened):
    """The window on the sample, with Cleo reviewing what Ana and Ben disagree on."""
    return review(opened)


def review(window):
    """Go to the disagreements by their key, and return the page."""
    press(window, "Control+R")
    page = window.review.page
    assert window.review.is_shown and page.article.view.hasFocus()
    return page
