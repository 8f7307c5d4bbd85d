"""Every error we raise on purpose.  The class says what failed, `transient` whether it may pass by itself.

WireError
├── ConfigError              a file, flag or variable is wrong
├── FeedError                a feed or listing is lost for this poll
│   ├── FetchError           the network, the server or our own limits said no
│   └── ParseError           the bytes are not the format they claim
├── ArticleError             one article is lost, the rest goes on
│   ├── ExtractError         no article on the page
│   └── NormaliseError       an article that has not even a headline
├── StoreError               the database said no
└── PublishError             an export or a subscriber could not be served
"""

from __future__ import annotations


class WireError(Exception):
    """The root of the errors above.  The message names the thing and says what to do next."""

    def __init__(self, message: str, *, transient: bool = False) -> None:
        super().__init__(message)
        self.transient = transient

    def __reduce__(self) -> tuple[object, ...]:
        # Errors come back from worker processes, and keyword arguments do not survive the default pickling.
        return _rebuild, (type(self), str(self), self.transient)


def _rebuild(kind: type[WireError], message: str, transient: bool) -> WireError:
    return kind(message, transient=transient)


class ConfigError(WireError):
    """The configuration is wrong; one message holds all mistakes of a file, a line each."""


class FeedError(WireError):
    """A feed or listing could not be read this time."""


class FetchError(FeedError):
    """No usable response.  `kind` is a fixed word for counting: timeout, refused, too-large, guard, tls, encoding, …"""

    def __init__(self, message: str, *, kind: str = "network", transient: bool = True) -> None:
        super().__init__(message, transient=transient)
        self.kind = kind

    def __reduce__(self) -> tuple[object, ...]:
        return _rebuild_fetch, (str(self), self.kind, self.transient)


def _rebuild_fetch(message: str, kind: str, transient: bool) -> FetchError:
    return FetchError(message, kind=kind, transient=transient)


class ParseError(FeedError):
    """The bytes are not what a feed or listing of this kind looks like."""


class ArticleError(WireError):
    """One article failed."""


class ExtractError(ArticleError):
    """The page holds no article that we can find."""


class NormaliseError(ArticleError):
    """What was extracted is no article."""


class StoreError(WireError):
    """The database is missing, older, newer, corrupt, read-only, full or busy."""


class PublishError(WireError):
    """An export could not be written."""
