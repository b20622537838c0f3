"""What is read from a feed."""

from horadus.feeds import MAX_BYTES, titles

FEED = b"<rss><channel><title>News</title><item><title> Canal closes </title></item><item><title/></item></channel></rss>"


def test_titles_come_in_order_without_blanks():
    assert titles(FEED) == ["News", "Canal closes"]


def test_a_feed_that_is_too_long_is_not_read():
    assert titles(b"x" * (MAX_BYTES + 1)) == []
