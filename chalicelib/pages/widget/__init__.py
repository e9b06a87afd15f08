"""Forms on other people's pages: the widget, the snippets, oEmbed."""
