"""Faults of where an answer leads and what a server wants: redirects, refusals, validators that lie (F57–F81)."""

from __future__ import annotations

from tests.hostile.talk import Table, Talk, fault, head

TABLE: Table = {}
LOOPBACK = (
    "127.0.0.1", "127.1", "2130706433", "0x7f.1", "0x7f000001", "0177.0.0.1", "[::1]", "[::ffff:127.0.0.1]",
    "127.0.0.1.", "127。0。0。1", "①②⑦.0.0.1", "0", "[::127.0.0.1]",
)  # fmt: skip
TRANSLATED = ("[64:ff9b::7f00:1]", "[2002:7f00:1::]", "[::ffff:7f00:1]", "[64:ff9b:1::7f00:1]", "[fec0::1]")
CONSENT = "<html><head><title>Before you continue</title></head><body><h1>We value your privacy</h1>" + (
    "<p>Accept all cookies to go on reading.</p><form><button>I agree</button></form></body></html>"
)
CLOUDFLARE = "<html><head><title>Just a moment...</title></head><body><h1>Checking your browser</h1></body></html>"
ROBOTS_BYTES = 500_000


@fault(TABLE, 57, "redirect")
async def a_redirect_in_a_circle(talk: Talk) -> None:
    await to(talk, talk.path)


@fault(TABLE, 58, "redirect")
async def six_redirects(talk: Talk) -> None:
    """Each adds a step to the query, so that no address comes twice."""
    await to(talk, f"{talk.path}{'&' if '?' in talk.path else '?'}hop")


@fault(TABLE, 59, "guard", "url")
async def a_redirect_to_a_file(talk: Talk) -> None:
    await to(talk, talk.draw.choice(("file:///etc/passwd", "file://localhost/etc/passwd", "ftp://wire.test/a")))


@fault(TABLE, 60, "guard", "url")
async def a_redirect_to_data(talk: Talk) -> None:
    await to(talk, talk.draw.choice(("data:text/html,<h1>x", "javascript:alert(1)", "gopher://127.0.0.1:6379/_x")))


@fault(TABLE, 61, "guard", "url")
async def a_redirect_home(talk: Talk) -> None:
    await to(talk, f"http://{talk.draw.choice(LOOPBACK)}:{talk.elsewhere['port']}/")


@fault(TABLE, 62, "guard")
async def a_redirect_to_the_clouds_metadata(talk: Talk) -> None:
    await to(talk, f"http://169.254.169.254:{talk.elsewhere['port']}/latest/meta-data/")


@fault(TABLE, 63, "guard")
async def a_redirect_to_a_translated_address(talk: Talk) -> None:
    await to(talk, f"http://{talk.draw.choice(TRANSLATED)}:{talk.elsewhere['port']}/")


@fault(TABLE, 64, "guard")
async def a_redirect_to_a_rebinding_name(talk: Talk) -> None:
    await to(talk, f"http://rebinding.wire.test:{talk.elsewhere['port']}/")


@fault(TABLE, 65, "guard")
async def a_redirect_to_a_name_of_two_faces(talk: Talk) -> None:
    await to(talk, f"http://mixed.wire.test:{talk.elsewhere['port']}/")


@fault(TABLE, 66, "redirect", "too-large")
async def a_redirect_with_100_megabytes(talk: Talk) -> None:
    await talk.send(head(302, f"Location: {talk.path}", f"Content-Length: {100 * 1024 * 1024}"))
    for _ in range(100):
        await talk.send(b"a" * 1024 * 1024)


@fault(TABLE, 67, "redirect")
async def a_redirect_to_nowhere(talk: Talk) -> None:
    await talk.answer(b"", status=302)


@fault(TABLE, 68, "url", "guard", "redirect", "dns", "404")
async def a_redirect_to_no_address(talk: Talk) -> None:
    bad = (
        "http://[::1",
        f"http://{'a' * 70}.test/",
        "http://a b/",
        "http://wire.test:99999/",
        "http:///x",
        "//",
        "http://",
    )
    await to(talk, talk.draw.choice(bad))


@fault(TABLE, 69, "redirect", "whole")
async def a_permanent_redirect_that_flips(talk: Talk) -> None:
    if "back" in talk.path:
        await talk.answer()
    else:
        await to(talk, f"{talk.path}?back", status=301)


@fault(TABLE, 70, "whole", "redirect")
async def a_redirect_with_credentials(talk: Talk) -> None:
    if "there" in talk.path:
        assert "authorization" not in talk.asked
        await talk.answer()
    else:
        await to(talk, talk.origin.replace("://", "://user:word@") + f"{talk.path}?there")


# What a server wants


@fault(TABLE, 71, "429")
async def too_many(talk: Talk) -> None:
    await talk.answer(b"slow down", "Retry-After: 120", status=429)


@fault(TABLE, 72, "429")
async def too_many_until_the_year_9999(talk: Talk) -> None:
    said = ("Fri, 31 Dec 9999 23:59:59 GMT", "99999999999999999999", "-1", "soon", "1e9", "Mon, 00 Foo 0000")
    await talk.answer(b"", f"Retry-After: {talk.draw.choice(said)}", status=429)


@fault(TABLE, 73, "503", "whole")
async def unavailable_now_and_then(talk: Talk) -> None:
    if talk.draw.random() < 0.5:
        await talk.answer(b"", status=503)
    else:
        await talk.answer()


@fault(TABLE, 74, "403", "whole")
async def forbidden_by_user_agent(talk: Talk) -> None:
    if "Mozilla" in talk.asked.get("user-agent", ""):
        await talk.answer()
    else:
        await talk.answer(b"<h1>Forbidden</h1>", status=403)


@fault(TABLE, 75, "other")
async def a_check_of_the_browser(talk: Talk) -> None:
    await talk.answer(CLOUDFLARE.encode(), "Server: cloudflare", kind="text/html")


@fault(TABLE, 76, "other")
async def a_page_that_asks_for_consent(talk: Talk) -> None:
    await talk.answer(CONSENT.encode(), kind="text/html")


@fault(TABLE, 77, "503", "whole", of="robots", name="robots-unavailable")
async def robots_unavailable(talk: Talk) -> None:
    await talk.answer(b"", status=503)


@fault(TABLE, 77, "other", of="robots", name="robots-of-500-kilobytes")
async def robots_of_500_kilobytes(talk: Talk) -> None:
    rules = b"User-agent: *\nDisallow: /private/\n" + b"Disallow: /a*b*c*d*e*f$\n" * (ROBOTS_BYTES // 24)
    await talk.answer(rules, kind="text/plain")


@fault(TABLE, 78, "410")
async def gone(talk: Talk) -> None:
    await talk.answer(b"gone", status=410)


@fault(TABLE, 79, "304", "whole")
async def not_modified_for_ever(talk: Talk) -> None:
    if "if-modified-since" in talk.asked or "if-none-match" in talk.asked:
        await talk.send(head(304))
    else:
        await talk.answer(None, "Last-Modified: Tue, 31 Dec 2041 00:00:00 GMT")


@fault(TABLE, 80, "whole")
async def an_etag_that_never_changes(talk: Talk) -> None:
    await talk.answer(None, 'ETag: "always"')


@fault(TABLE, 81, "whole")
async def an_etag_that_always_changes(talk: Talk) -> None:
    await talk.answer(None, f'ETag: "{talk.draw.random()}"')


@fault(TABLE, 81, "whole", name="an-etag-of-a-kilobyte")
async def an_etag_of_a_kilobyte(talk: Talk) -> None:
    await talk.answer(None, f'ETag: "{talk.draw.choice("a é평") * 1000}"')


async def to(talk: Talk, location: str, status: int = 302) -> None:
    """A redirect."""
    await talk.answer(b"", f"Location: {location}", status=status)
