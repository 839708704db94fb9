"""Large traces: hundreds of operations, a thousand steps."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import Show
from tests.browser.player import at, player

pytestmark = [pytest.mark.needs("browser"), pytest.mark.xdist_group("browser")]

WIDE = "x = torch.ones(2, requires_grad=True)\nh0 = x * 2\n" + "".join(
    f"h{i} = (h{i - 1} * x).sin() + h{i - 1}.detach()\n" for i in range(1, 31)
)
STEPS = """\
w = torch.ones(2, requires_grad=True)
for i in range(200):
    loss = (w*w).sum()
    loss.backward()
    w.grad = None
"""
IN_SIGHT = """() => {
    const pane = document.querySelector(".mtv-tab").getBoundingClientRect();
    const fresh = document.querySelector(".mtv-tab tr:has(.mtv-badge)");
    const row = fresh?.getBoundingClientRect();
    return row && row.top > pane.top && row.bottom < pane.bottom + 2
        && Number(fresh.getAttribute("aria-rowindex")) > 1;
}"""


def test_of_many_rows_those_in_sight_are_in_the_document(show: Show) -> None:
    page = show(WIDE)
    found = at(page, 1)
    found.press("End")
    rows = page.locator(".mtv-tab tbody tr:not(.mtv-gap)")
    expect(page.locator(".mtv-tab table")).to_have_attribute("aria-rowcount", "123")
    assert rows.count() < 60

    # The new row is in sight at every step, and says its number.
    for step in (3, 60, 120, 40):
        found.press("g")
        page.keyboard.type(str(step))
        found.press("Enter")
        found.expect_step(step)
        page.wait_for_function(IN_SIGHT)

    # Scrolled back by hand, the first row is there.
    page.locator(".mtv-tab").evaluate("pane => pane.scrollTo(0, 0)")
    expect(page.locator('.mtv-tab tr[aria-rowindex="2"] b')).to_have_text("x")


def test_a_thousand_steps_have_a_timeline_that_can_be_walked(show: Show) -> None:
    page = show(STEPS, level="backward", max_steps=2000)
    found = at(page, 0)
    found.level(3).click()
    count = found.place[1]
    assert count > 1000
    assert page.locator(".mtv-stop").count() < 80
    assert page.locator(".mtv-strip rect").count() > 100
    page.locator(".mtv-range").fill("777")
    found.expect_step(777)
    expect(page.locator(".mtv-stop.mtv-now")).to_have_count(1)
    expect(page.locator(".mtv-stop.mtv-now")).to_be_in_viewport()
    player(page).focus()
    found.press("End")
    found.expect_step(count)
    expect(page.locator(".mtv-stop.mtv-now")).to_have_count(1)
