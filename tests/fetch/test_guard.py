"""No spelling of a private address passes."""

from __future__ import annotations

import pytest

from pipeline.errors import ConfigError, FetchError
from pipeline.fetch.guard import Guard, host_of, shown

PRIVATE = (
    "0.0.0.0", "0.1.2.3", "10.0.0.1", "100.64.0.1", "100.100.100.200", "127.0.0.1", "127.255.255.254",
    "168.63.129.16", "169.254.169.254", "172.16.0.1", "172.31.255.255", "192.0.0.8", "192.0.0.192", "192.0.2.1",
    "192.88.99.1", "192.168.1.1", "198.18.0.1", "198.19.255.255", "198.51.100.1", "203.0.113.1", "224.0.0.1",
    "239.255.255.255", "240.0.0.1", "255.255.255.255",
    "::", "::1", "::127.0.0.1", "::8.8.8.8", "::ffff:127.0.0.1", "::ffff:7f00:1", "::ffff:169.254.169.254",
    "64:ff9b::7f00:1", "64:ff9b::808:808", "64:ff9b:1::1", "100::1", "2001::1", "2001:0:7f00:1::", "2001:db8::1",
    "2002:7f00:1::", "2002:808:808::", "3fff::1", "5f00::1", "fc00::1", "fd00:ec2::254", "fe80::1", "fe80::1%eth0",
    "fec0::1", "ff02::1", "4000::1",
)  # fmt: skip
PUBLIC = ("8.8.8.8", "1.1.1.1", "100.63.255.255", "172.32.0.1", "192.0.1.1", "2606:4700::1111", "2a00:1450::1",
          "::ffff:8.8.8.8", "2001:4860:4860::8888")  # fmt: skip
DISGUISED = (
    "127.1", "2130706433", "0x7f.1", "0x7f000001", "0177.0.0.1", "017700000001", "127.0.0.1.", "127.0x1", "0",
    "0x", "1.2.3.4.5", "127。0。0。1", "\uff11\uff12\uff17.0.0.1", "①②⑦.0.0.1", "127.0.0.①", "127｡0｡0｡1",
    "127%2e0%2e0%2e1", "%31%32%37.0.0.1", "127.0.0.1%00.example", "a b.example",
)  # fmt: skip


@pytest.fixture
def guard() -> Guard:
    return Guard((), (80, 443))


@pytest.mark.parametrize("address", PRIVATE)
def test_a_private_address_is_refused(address: str, guard: Guard) -> None:
    assert guard.refuses(address)
    with pytest.raises(FetchError) as caught:
        guard.check(f"http://[{address}]/" if ":" in address else f"http://{address}/")
    assert (caught.value.kind, caught.value.transient) == ("guard", False)


@pytest.mark.parametrize("address", PUBLIC)
def test_a_public_address_passes(address: str, guard: Guard) -> None:
    assert guard.refuses(address) is None
    guard.check(f"http://[{address}]/" if ":" in address else f"http://{address}/")


@pytest.mark.parametrize("host", DISGUISED)
def test_an_address_in_disguise_is_refused(host: str, guard: Guard) -> None:
    with pytest.raises(FetchError) as caught:
        guard.check(f"http://{host}/")
    assert caught.value.kind in ("guard", "url")


@pytest.mark.parametrize("host", ["tass.com", "cn.yna.co.kr", "3.tass.com", "7x.example", "연합뉴스.한국", "xn--x.kp"])
def test_names_pass_and_are_left_to_the_resolver(host: str, guard: Guard) -> None:
    guard.check(f"https://{host}/a?b=1.2.3.4")


@pytest.mark.parametrize(
    "url",
    ["file:///etc/passwd", "ftp://tass.com/", "data:text/html,x", "javascript:alert(1)", "//tass.com/", "gopher://a:70/",
     "http://tass.com:22/", "https://tass.com:8443/", "tass.com"],
)  # fmt: skip
def test_other_schemes_and_ports_are_refused(url: str, guard: Guard) -> None:
    with pytest.raises(FetchError) as caught:
        guard.check(url)
    assert caught.value.kind == "guard"


@pytest.mark.parametrize(
    "url",
    ["http://", "http:///a", "http://[::1", "http://tass.com:port/", "http://tass.com:99999/", "http://a\r\nb/",
     "http://127.0.0.1\\@tass.com/", "http://tass.com\\@127.0.0.1/", "http://[v1.x]/"],
)  # fmt: skip
def test_what_is_no_address_is_refused(url: str, guard: Guard) -> None:
    with pytest.raises(FetchError):
        guard.check(url)


def test_an_allowed_network_passes_and_no_other() -> None:
    guard = Guard(["127.0.0.0/8", "fd00::/8"], (80,))
    assert guard.refuses("127.0.0.1") is None
    assert guard.refuses("::ffff:127.0.0.1") is None
    assert guard.refuses("fd00::1") is None
    assert guard.refuses("10.0.0.1")
    assert guard.refuses("::1")


def test_an_allowed_gateway_opens_nothing_behind_it() -> None:
    guard = Guard(["64:ff9b::/96"], (80,))
    assert guard.refuses("64:ff9b::808:808") is None
    assert guard.refuses("64:ff9b::7f00:1")


def test_a_network_that_is_none_is_a_mistake_in_the_configuration() -> None:
    with pytest.raises(ConfigError, match=r"127\.0\.0\.0/99"):
        Guard(["127.0.0.0/99"], ())


def test_messages_show_no_credentials_and_one_line() -> None:
    assert shown("https://user:word@tass.com/a\r\nb") == "https://tass.com/a??b"
    assert len(shown("https://tass.com/" + "a" * 10_000)) == 300


def test_a_host_is_known_by_one_name() -> None:
    assert host_of("https://TASS.com.:443/a") == "tass.com"
